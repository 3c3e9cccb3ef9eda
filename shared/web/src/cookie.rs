//! The cookies, in and out: the session's, and that of a proof under way.

use std::convert::Infallible;

use axum::extract::{FromRef, FromRequestParts};
use browserid::Email;
use http::header::COOKIE;
use http::request::Parts;
use http::{HeaderMap, HeaderValue};
use service::ceremony::CEREMONY_MS;
use service::client::tag;
use service::proof::PROOF_MS;
use service::secret::Token;
use service::session::{Life, Session};

/// How the session cookie is called and sent.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct SessionCookie {
    ceremony_name: &'static str,
    device_name: &'static str,
    is_secure: bool,
    name: &'static str,
    proof_name: &'static str,
}

/// How long a browser is known: 400 days, the most that browsers keep a cookie.
const DEVICE_S: u64 = 400 * 24 * 60 * 60;

/// So many device cookies are looked at: people who use one browser.
const MAX_DEVICES: usize = 16;

impl SessionCookie {
    /// `__Host-selfsame`: browsers take it only over HTTPS, from the host itself and for all of its paths, so that no
    /// neighbouring subdomain can set one for us.
    pub const fn host_prefixed() -> Self {
        Self {
            ceremony_name: "__Host-selfsame-passkey",
            device_name: "__Host-selfsame-device",
            is_secure: true,
            name: "__Host-selfsame",
            proof_name: "__Host-selfsame-proof",
        }
    }

    /// `selfsame`, without `Secure`: only for plain HTTP on `.localhost`, where some engines refuse the other one.
    pub const fn plain_localhost() -> Self {
        Self {
            ceremony_name: "selfsame-passkey",
            device_name: "selfsame-device",
            is_secure: false,
            name: "selfsame",
            proof_name: "selfsame-proof",
        }
    }

    /// The cookie that gives the session's `token` to the browser, for as long as that session can live; one for a window
    /// is forgotten with the window.
    pub(crate) fn set(self, token: &Token, session: &Session) -> HeaderValue {
        match session.life {
            Life::Window => self.line().for_window(token),
            Life::Hour | Life::Keep => self.line().set(token, session.life_ms() / 1000),
        }
    }

    /// The cookie that a browser is known by when `email` signs in with it again. One for each account, so that people
    /// who share a browser do not take each other's.
    pub(crate) fn set_device(self, mark: &Token, email: &Email) -> HeaderValue {
        let name = format!("{}-{}", self.device_name, tag(email));
        self.named(&name).set(mark, DEVICE_S)
    }

    /// The cookie that makes the browser forget that `email` signed in with it.
    pub(crate) fn clear_device(self, email: &Email) -> HeaderValue {
        let name = format!("{}-{}", self.device_name, tag(email));
        self.named(&name).text("", 0)
    }

    /// The tokens in the device cookies that came, of whatever accounts: the first [`MAX_DEVICES`].
    pub(crate) fn devices(self, headers: &HeaderMap) -> Vec<Token> {
        let is_device = |name: &str| {
            let rest = name.strip_prefix(self.device_name);
            rest.is_some_and(|rest| rest.starts_with('-'))
        };
        pairs(headers)
            .filter(|(name, _)| is_device(name))
            .take(MAX_DEVICES)
            .filter_map(|(_, value)| Token::parse(value))
            .collect()
    }

    /// The cookie that binds a passkey's challenge to the browser that asked for it.
    pub(crate) fn set_ceremony(self, token: &Token) -> HeaderValue {
        self.named(self.ceremony_name)
            .set(token, CEREMONY_MS / 1000)
    }

    /// The cookie that makes the browser forget it.
    pub(crate) fn clear_ceremony(self) -> HeaderValue {
        self.named(self.ceremony_name).text("", 0)
    }

    /// The token of a challenge under way that came.
    pub(crate) fn ceremony(self, headers: &HeaderMap) -> Option<Token> {
        self.named(self.ceremony_name).read(headers)
    }

    /// The cookie that makes the browser forget it.
    pub(crate) fn clear(self) -> HeaderValue {
        self.line().text("", 0)
    }

    /// The cookie of a proof under way beside it: `__Host-selfsame-proof`, `selfsame-proof`.
    pub(crate) const fn proof(self) -> ProofCookie {
        ProofCookie(self.named(self.proof_name))
    }

    const fn line(self) -> Line<'static> {
        self.named(self.name)
    }

    const fn named(self, name: &str) -> Line<'_> {
        Line {
            is_secure: self.is_secure,
            name,
        }
    }
}

/// How the cookie of a proof under way is called and sent.
#[derive(Clone, Copy)]
pub(crate) struct ProofCookie(Line<'static>);

impl ProofCookie {
    /// The cookie that gives the browser's `token` to it, for as long as a code works.
    pub(crate) fn set(self, token: &Token) -> HeaderValue {
        self.0.set(token, PROOF_MS / 1000)
    }

    /// The cookie that makes the browser forget it.
    pub(crate) fn clear(self) -> HeaderValue {
        self.0.text("", 0)
    }

    /// The one token that came.
    pub(crate) fn read(self, headers: &HeaderMap) -> Option<Token> {
        self.0.read(headers)
    }
}

/// A cookie of ours: only for us, only from our own site, for every path.
#[derive(Clone, Copy)]
struct Line<'a> {
    is_secure: bool,
    name: &'a str,
}

impl Line<'_> {
    fn set(self, token: &Token, max_age_s: u64) -> HeaderValue {
        let mut value = self.text(&token.expose(), max_age_s);
        value.set_sensitive(true);
        value
    }

    /// Without an end: until the browser's window is closed.
    fn for_window(self, token: &Token) -> HeaderValue {
        let mut value = self.line(&token.expose(), "");
        value.set_sensitive(true);
        value
    }

    fn text(self, value: &str, max_age_s: u64) -> HeaderValue {
        self.line(value, &format!("; Max-Age={max_age_s}"))
    }

    fn line(self, value: &str, end: &str) -> HeaderValue {
        let secure = if self.is_secure { "Secure; " } else { "" };
        let name = self.name;
        let line = format!("{name}={value}; Path=/; {secure}HttpOnly; SameSite=Strict{end}");
        #[expect(
            clippy::expect_used,
            reason = "a token's text is base64url, the rest stands in this file"
        )]
        HeaderValue::try_from(line).expect("only visible ASCII")
    }

    /// The one token that came. Two cookies of our name mean that somebody else set one of them; which is ours cannot be
    /// told, so there is none.
    fn read(self, headers: &HeaderMap) -> Option<Token> {
        let mut ours = pairs(headers)
            .filter(|(name, _)| *name == self.name)
            .map(|(_, value)| value);
        let value = ours.next()?;
        match ours.next() {
            Some(_) => None,
            None => Token::parse(value),
        }
    }
}

/// Names and values of all cookies that came.
fn pairs(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim_matches([' ', '\t']).split_once('='))
}

/// The token of a proof under way that came with the request, if there is one.
pub(crate) struct PresentedProof(pub(crate) Option<Token>);

impl<S> FromRequestParts<S> for PresentedProof
where
    S: Send + Sync,
    SessionCookie: FromRef<S>,
{
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let cookie = SessionCookie::from_ref(state).proof();
        Ok(Self(cookie.read(&parts.headers)))
    }
}

/// The token of a challenge under way that came with the request, if there is one.
pub(crate) struct PresentedCeremony(pub(crate) Option<Token>);

impl<S> FromRequestParts<S> for PresentedCeremony
where
    S: Send + Sync,
    SessionCookie: FromRef<S>,
{
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        Ok(Self(
            SessionCookie::from_ref(state).ceremony(&parts.headers),
        ))
    }
}

/// The token that came with the request, if there is one; whether a session belongs to it is the service's question.
pub(crate) struct Presented(pub(crate) Option<Token>);

impl<S> FromRequestParts<S> for Presented
where
    S: Send + Sync,
    SessionCookie: FromRef<S>,
{
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        Ok(Self(
            SessionCookie::from_ref(state).line().read(&parts.headers),
        ))
    }
}

#[cfg(test)]
mod tests {
    use browserid::{HostRule, Timestamp};

    use super::*;

    const TOKEN: &str = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc";

    fn read(lines: &[&str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(COOKIE, HeaderValue::from_str(line).expect("a header"));
        }
        let token = SessionCookie::host_prefixed().line().read(&headers);
        token.map(|token| token.expose())
    }

    #[test]
    fn token_is_found_among_other_cookies() {
        for line in [
            format!("__Host-selfsame={TOKEN}"),
            format!("a=1; __Host-selfsame={TOKEN}; b=2"),
            format!("a=1;__Host-selfsame={TOKEN}"),
            format!("selfsame=x; x__Host-selfsame=y; __Host-selfsame={TOKEN}"),
        ] {
            assert_eq!(read(&[&line]).as_deref(), Some(TOKEN), "{line}");
        }
        let second = format!("__Host-selfsame={TOKEN}");
        assert_eq!(read(&["a=1", &second]).as_deref(), Some(TOKEN));
    }

    #[test]
    fn two_session_cookies_are_none() {
        let twice = format!("__Host-selfsame={TOKEN}");
        assert_eq!(read(&[&format!("{twice}; {twice}")]), None);
        assert_eq!(read(&[&twice, &twice]), None);
        assert_eq!(read(&[&format!("{twice}; __Host-selfsame=")]), None);
    }

    #[test]
    fn cookie_of_another_name_or_shape_is_none() {
        for line in [
            format!("selfsame={TOKEN}"),
            format!("__host-selfsame={TOKEN}"),
            format!("__Host-selfsame =\"{TOKEN}\""),
            format!("__Host-selfsame={TOKEN}="),
            "__Host-selfsame".to_owned(),
            "__Host-selfsame=".to_owned(),
            String::new(),
        ] {
            assert_eq!(read(&[&line]), None, "{line}");
        }
    }

    fn session(life: Life) -> Session {
        let email = Email::parse("you@me.example", HostRule::Public).expect("an address");
        Session::start(email, Timestamp::from_millis(0)).living(life)
    }

    #[test]
    fn cookie_is_secure_and_prefixed_everywhere_but_on_localhost() {
        let token = Token::parse(TOKEN).expect("a token");
        assert_eq!(
            SessionCookie::host_prefixed().set(&token, &session(Life::Keep)),
            format!(
                "__Host-selfsame={TOKEN}; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=2592000"
            )
        );
        assert_eq!(
            SessionCookie::plain_localhost().set(&token, &session(Life::Keep)),
            format!("selfsame={TOKEN}; Path=/; HttpOnly; SameSite=Strict; Max-Age=2592000")
        );
        assert_eq!(
            SessionCookie::host_prefixed().clear(),
            "__Host-selfsame=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0"
        );
    }

    #[test]
    fn cookie_lives_as_long_as_what_it_stands_for() {
        let token = Token::parse(TOKEN).expect("a token");
        assert_eq!(
            SessionCookie::host_prefixed().set(&token, &session(Life::Hour)),
            format!(
                "__Host-selfsame={TOKEN}; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=3600"
            )
        );
        assert_eq!(
            SessionCookie::host_prefixed().proof().set(&token),
            format!(
                "__Host-selfsame-proof={TOKEN}; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=600"
            )
        );
        assert_eq!(
            SessionCookie::plain_localhost().proof().clear(),
            "selfsame-proof=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0"
        );
    }

    #[test]
    fn cookie_of_a_proof_is_none_of_a_session_and_the_other_way_round() {
        let mut headers = HeaderMap::new();
        let line = format!("__Host-selfsame-proof={TOKEN}");
        headers.insert(COOKIE, HeaderValue::from_str(&line).expect("a header"));
        let cookie = SessionCookie::host_prefixed();
        assert!(cookie.proof().read(&headers).is_some());
        assert_eq!(read(&[&line]), None);
        let line = format!("__Host-selfsame={TOKEN}");
        headers.insert(COOKIE, HeaderValue::from_str(&line).expect("a header"));
        assert!(cookie.proof().read(&headers).is_none());
    }
}
