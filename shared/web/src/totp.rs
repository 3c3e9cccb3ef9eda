//! `/persona/ways/totp`, `/persona/ways/totp/confirm`.

use axum::Router;
use axum::extract::State;
use axum::routing::post;
use qrcodegen::{QrCode, QrCodeEcc};
use serde::{Deserialize, Serialize};
use service::totp::NewTotp;

use crate::answer::Answer;
use crate::client::From;
use crate::cookie::Presented;
use crate::guard::FromOurPages;
use crate::problem::{Kind, Problem};
use crate::request::{Json, Shape};
use crate::session::Okay;
use crate::sign_in::Deps;

/// The routes, without headers, log and fallbacks.
pub(crate) fn routes() -> Router<Deps> {
    Router::new()
        .route("/persona/ways/totp", post(begin).delete(remove))
        .route("/persona/ways/totp/confirm", post(confirm))
}

async fn begin(
    _: FromOurPages,
    State(deps): State<Deps>,
    Presented(token): Presented,
) -> Result<Answer<Begun>, Problem> {
    let token = token.ok_or(Kind::NoSession)?;
    let NewTotp { secret, uri } = deps.sign_in.begin_totp(&token).await?;
    // An address is at most 254 bytes long, even escaped: far less than a code holds.
    let qr = Qr::of(&uri).ok_or(Kind::Internal)?;
    Ok(Answer(Begun {
        status: "okay",
        secret,
        uri,
        qr,
    }))
}

async fn confirm(
    _: FromOurPages,
    State(deps): State<Deps>,
    Presented(token): Presented,
    From(client): From,
    Json(given): Json<Confirm>,
) -> Result<Answer<Okay>, Problem> {
    let token = token.ok_or(Kind::NoSession)?;
    deps.sign_in
        .confirm_totp(&token, &given.code, &client)
        .await?;
    Ok(Answer(Okay::OKAY))
}

async fn remove(
    _: FromOurPages,
    State(deps): State<Deps>,
    Presented(token): Presented,
    From(client): From,
) -> Result<Answer<Okay>, Problem> {
    let token = token.ok_or(Kind::NoSession)?;
    deps.sign_in.remove_totp(&token, &client).await?;
    Ok(Answer(Okay::OKAY))
}

/// What an app needs: shown until it is confirmed.
#[derive(Serialize)]
struct Begun {
    status: &'static str,
    secret: String,
    uri: String,
    qr: Qr,
}

/// A square of `size` × `size` modules without its quiet border (four modules); each row a text of `1` for dark and `0` for
/// light. A page draws it itself: no image is loaded, and none comes from a third party.
#[derive(Serialize)]
struct Qr {
    size: i32,
    rows: Vec<String>,
}

impl Qr {
    fn of(text: &str) -> Option<Self> {
        let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
        let size = code.size();
        let row = |y| {
            let dark = |x| if code.get_module(x, y) { '1' } else { '0' };
            (0..size).map(dark).collect()
        };
        Some(Self {
            size,
            rows: (0..size).map(row).collect(),
        })
    }
}

#[derive(Deserialize)]
struct Confirm {
    code: String,
}

impl Shape for Confirm {
    const EXPECTED: &'static str = "the body must be an object with `code`, a text";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_a_square_with_its_three_finder_patterns() {
        let qr = Qr::of("otpauth://totp/a").expect("short");
        let size = usize::try_from(qr.size).expect("positive");
        assert_eq!(qr.rows.len(), size);
        assert!(qr.rows.iter().all(|row| row.len() == size));
        for row in [&qr.rows[0], &qr.rows[6]] {
            assert!(row.starts_with("11111110") && row.ends_with("01111111"));
        }
        assert!(qr.rows[size - 1].starts_with("11111110"));
    }

    #[test]
    fn code_holds_the_link_of_the_longest_address() {
        let longest = format!("otpauth://totp/{}", "%40".repeat(2 * 254));
        assert!(Qr::of(&longest).is_some());
        assert!(Qr::of(&"x".repeat(3000)).is_none());
    }
}
