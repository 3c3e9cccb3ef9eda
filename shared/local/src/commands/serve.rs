//! `selfsame serve`: the whole product on this machine.

use browserid::Domain;
use web::pages::Pages;

use crate::arguments::ServeArguments;
use crate::complaint::Complaint;
use crate::first_steps::{FIRST, NextStep};
use crate::hosts::{self, origin};
use crate::output;
use crate::post::Post;
use crate::request_log;
use crate::running::{Options, Running, start};
use crate::shutdown::asked_to_end;

/// Runs until it is asked to end.
pub async fn run(options: ServeArguments) -> Result<(), Complaint> {
    let asked = asked_to_end()?;
    request_log::to_stderr();
    let running = start(Options {
        data: options.data,
        maps: options.map,
        post: Post::typed_or_set(options.mail, options.mail_from, options.mail_roots)?,
        pages: options.pages,
        port: options.port,
        serves: options.serves,
    })
    .await?;
    output::print(&welcome(&running))?;
    asked.await;
    running.stop().await;
    Ok(())
}

/// What runs where, and what to do now.
fn welcome(running: &Running) -> String {
    let port = running.address.port();
    let identity = origin(hosts::IDENTITY, port);
    let guestbook = origin(hosts::GUESTBOOK, port);
    let fallback = origin(hosts::FALLBACK, port);
    let verifier = origin(hosts::VERIFIER, port);
    let loopback = origin(hosts::LOOPBACK, port);
    let data = running.data.display();
    let next = next(&running.next_step, &guestbook);
    let domain = hosts::IDENTITY;
    let here = match &running.pages {
        Pages::Elsewhere(pages) => format!("its functions, for the pages at {pages}"),
        Pages::Here(_) => format!("your domain: it vouches for …@{domain}"),
    };
    let delegating: String = running
        .served
        .others()
        .iter()
        .map(|domain| delegating(domain, port))
        .collect();
    format!(
        "Selfsame runs on this machine only; everything it keeps is in {data} (Ctrl-C ends it)

  {identity}  {here}
{delegating}  {guestbook}  a site to sign in to
  {fallback}  vouches for everybody else, after a mail to them
  {verifier}  the verifier, also on {loopback}

{next}
"
    )
}

/// A domain that leaves vouching to ours.
fn delegating(domain: &Domain, port: u16) -> String {
    match domain.is_localhost() {
        true => format!(
            "  {}  names {} as its authority, which so vouches for …@{domain} too\n",
            origin(domain.host(), port),
            hosts::IDENTITY
        ),
        false => format!(
            "  …@{domain}  vouched for too, where the document of {domain} names {}\n",
            hosts::IDENTITY
        ),
    }
}

fn next(step: &NextStep, guestbook: &str) -> String {
    match step {
        NextStep::Enrol { again, link } => format!(
            "Next: open this link, which works once and for 24 hours, and make a passkey, or choose a password, for {FIRST}{}:\n\n  {}\n\n\
             Then sign in at {guestbook}",
            if *again { " (it replaces the link of the last start)" } else { "" },
            link.url
        ),
        NextStep::AskForLink => {
            "Next: nobody has a way in yet; `selfsame user list` shows who is there, `selfsame user link EMAIL` makes a link to make one"
                .into()
        }
        NextStep::SignIn => format!("Next: sign in at {guestbook}"),
    }
}
