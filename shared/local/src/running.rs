//! The whole product on one port.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use browserid::{DiscoveryRules, Domain, HostRule, MAX_DELEGATIONS, Origin, Policy, Profile};
use service::documents::Bounds;
use service::ports::Signer;
use service::sign::{Sign, Speaks};
use service::sign_in::{Notices, SignIn};
use service::verify::Verify;
use site::own_document;
use web::cookie::SessionCookie;
use web::front::Front;
use web::pages::Pages;

use crate::complaint::Complaint;
use crate::data_folder::{DataFolder, Occupied};
use crate::fallback;
use crate::first_steps::NextStep;
use crate::front;
use crate::guestbook::{Book, Guestbook};
use crate::hosts::{self, Sites};
use crate::identity;
use crate::key_file::KeyFile;
use crate::mapping::Mapping;
use crate::network;
use crate::post::Post;
use crate::request_log;
use crate::served::Served;
use crate::server::{Bound, Server};
use crate::sites;
use crate::store::Store;
use crate::system::{SystemClock, SystemRandom};
use crate::version::VERSION;

/// What `serve` is told.
pub struct Options {
    /// Where everything is kept; made if it is not there.
    pub data: PathBuf,
    /// Domains that are looked up elsewhere.
    pub maps: Vec<Mapping>,
    /// How the fallback's mails leave.
    pub post: Post,
    /// Where the pages of the identity provider are, if not here.
    pub pages: Option<Origin>,
    /// 0 picks a free one.
    pub port: u16,
    /// Domains whose people are certified beside those of our own; none: as at the last start.
    pub serves: Vec<Domain>,
}

/// The product, answering.
#[derive(Debug)]
pub struct Running {
    /// Where it listens: the port really bound.
    pub address: SocketAddr,
    /// The data folder.
    pub data: PathBuf,
    /// What a person has to do now.
    pub next_step: NextStep,
    /// Where the pages of the identity provider are.
    pub pages: Pages,
    /// Whose people are certified.
    pub served: Served,
    occupied: Occupied,
    server: Server,
}

impl Running {
    /// Lets requests under way finish, closes everything, gives the data folder free.
    pub async fn stop(self) {
        self.server.stop().await;
        drop(self.occupied);
    }
}

/// Starts everything; when this returns, requests are answered.
pub async fn start(options: Options) -> Result<Running, Complaint> {
    let folder = DataFolder::open(&options.data)?;
    let occupied = folder.occupy()?;
    let bound = bind(options.port).await?;
    let address = bound.address();
    let port = address.port();

    let served = match &*options.serves {
        [] => Served::read(&folder)?,
        domains => Served::remember(&folder, domains)?,
    };
    let pages = pages(port, options.pages)?;
    let mailer = options.post.mailer(&folder)?;
    let notices = Notices {
        mailer: Arc::clone(&mailer),
        pages: pages.origin().clone(),
    };
    let parts = Parts::open(&folder, notices, &served)?;
    let fallback = fallback::Parts::open(&folder, mailer)?.site(port, options.maps.clone())?;
    let next_step = NextStep::find(&parts.sign_in, pages.origin()).await?;
    let sites = parts.sites(port, options.maps, &pages, &served, fallback)?;
    let server = bound.serve(request_log::around(sites.router()));
    occupied.announce(port).map_err(|error| {
        Complaint::failure(format!(
            "the data folder `{}` cannot be written ({error}): make room, or give another with --data DIR",
            options.data.display()
        ))
    })?;
    Ok(Running {
        address,
        data: options.data,
        next_step,
        pages,
        served,
        occupied,
        server,
    })
}

fn pages(port: u16, elsewhere: Option<Origin>) -> Result<Pages, Complaint> {
    let here = Origin::parse(&hosts::origin(hosts::IDENTITY, port))
        .map_err(|_| Complaint::failure(format!("port {port} makes no origin")))?;
    Ok(match elsewhere {
        Some(origin) if origin != here => Pages::Elsewhere(origin),
        _ => Pages::Here(here),
    })
}

async fn bind(port: u16) -> Result<Bound, Complaint> {
    let bound = Bound::to(IpAddr::V4(Ipv4Addr::LOCALHOST), port).await;
    bound.map_err(|error| {
        Complaint::failure(match error.kind() {
            io::ErrorKind::AddrInUse => format!(
                "port {port} is taken: end what runs there, or choose another one with --port N (0 picks a free one)"
            ),
            _ => format!(
                "port {port} cannot be listened on ({error}): choose another one with --port N (0 picks a free one)"
            ),
        })
    })
}

/// What the data folder holds, opened.
struct Parts {
    book: Book,
    key: KeyFile,
    sign_in: Arc<SignIn>,
    store: Store,
}

impl Parts {
    fn open(folder: &DataFolder, notices: Notices, served: &Served) -> Result<Self, Complaint> {
        let store = identity::open_store(folder)?;
        let key = KeyFile::open_or_create(&folder.key())
            .map_err(|error| Complaint::failure(error.to_string()))?;
        let book = Book::open(&folder.guestbook()).map_err(|error| {
            Complaint::failure(format!(
                "the guestbook `{}` cannot be opened ({error}): move it away to begin a new one",
                folder.guestbook().display()
            ))
        })?;
        let sign_in = Arc::new(SignIn {
            domains: served.all().to_vec(),
            ..identity::sign_in(&store, notices.pages.clone()).telling(notices)
        });
        Ok(Self {
            book,
            key,
            sign_in,
            store,
        })
    }

    fn sites(
        self,
        port: u16,
        maps: Vec<Mapping>,
        pages: &Pages,
        served: &Served,
        fallback: Router,
    ) -> Result<Sites, Complaint> {
        let cookie = SessionCookie::plain_localhost();
        let switch = Arc::clone(&self.sign_in.switch);
        let document = own_document(self.key.public_key().clone(), [])
            .map_err(|error| Complaint::failure(format!("no document can be made ({error})")))?;
        let sign = Sign {
            addresses: Some(Arc::new(self.store.clone())),
            audit: Arc::new(self.store.clone()),
            clock: Arc::new(SystemClock),
            profile: Profile::new(identity::domain()?, self.key.public_key().clone()),
            sessions: Arc::new(self.store),
            signer: Arc::new(self.key),
            speaks: Speaks::For(served.all().to_vec()),
        };
        let functions = sites::functions(
            web::sign_in::Deps {
                cookie,
                front: Front::Direct,
                pages: pages.clone(),
                sign_in: self.sign_in,
            },
            web::sign::Deps {
                cookie,
                front: Front::Direct,
                pages: pages.clone(),
                sign: Arc::new(sign),
            },
        );
        let identity = match pages {
            Pages::Elsewhere(_) => functions,
            Pages::Here(_) => sites::identity(
                functions,
                sites::Document {
                    document,
                    switch: Some(switch),
                },
            ),
        };
        let guestbook = Guestbook {
            book: Arc::new(self.book),
            clock: Arc::new(SystemClock),
            origin: hosts::origin(hosts::GUESTBOOK, port),
            port,
            random: Arc::new(SystemRandom),
        };
        Ok(Sites {
            fallback,
            delegating: sites::delegating(served, &identity::domain()?),
            front: sites::with_script(front::router(port, pages.origin(), served)),
            guestbook: sites::guestbook(guestbook),
            identity,
            port,
            verifier: sites::with_script(web::verify::router(verifier(port, maps)?)),
        })
    }
}

fn verifier(port: u16, maps: Vec<Mapping>) -> Result<web::verify::Deps, Complaint> {
    let policy = Policy {
        discovery: DiscoveryRules {
            fallback: Some(fallback::domain()?),
            hosts: HostRule::Public,
            max_delegations: MAX_DELEGATIONS,
            strict_content_type: false,
        },
        strong_keys: false,
        federation: None,
        trusted_issuers: Vec::new(),
    };
    let network = network::documents(port, maps.clone());
    let verify = Verify::new(
        Arc::new(SystemClock),
        Arc::new(network),
        policy,
        Bounds::SERVER,
    );
    Ok(web::verify::Deps {
        explains: true,
        origin_of: Arc::new(move |authority| network::origin(authority, port, &maps)),
        trusts_callers_issuers: true,
        verify: Arc::new(verify),
        version: VERSION,
    })
}
