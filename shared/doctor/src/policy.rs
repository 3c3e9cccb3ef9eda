//! Framing and content security policies, as far as they matter here.

use crate::observation::Exchange;

/// One policy of a `Content-Security-Policy` header: directives with their sources, in lower case.
struct Policy(Vec<(String, Vec<String>)>);

/// What the policies of an answer say together: each of several must be kept.
pub(crate) struct Policies(Vec<Policy>);

impl Policies {
    pub(crate) fn of(answer: &Exchange) -> Self {
        let text = answer.header("content-security-policy").unwrap_or_default();
        let policies = text.to_lowercase();
        let policies = policies.split(',').map(|policy| {
            let directives = policy.split(';').filter_map(|directive| {
                let mut words = directive.split_whitespace().map(str::to_owned);
                Some((words.next()?, words.collect()))
            });
            Policy(directives.collect())
        });
        Self(policies.filter(|policy| !policy.0.is_empty()).collect())
    }

    pub(crate) fn is_none(&self) -> bool {
        self.0.is_empty()
    }

    /// The sources of scripts that one of the policies limits; None if none does.
    pub(crate) fn scripts(&self) -> Option<&[String]> {
        self.0.iter().find_map(|policy| {
            let named = policy.sources("script-src");
            named.or_else(|| policy.sources("default-src"))
        })
    }

    fn ancestors(&self) -> impl Iterator<Item = &[String]> {
        self.0
            .iter()
            .filter_map(|policy| policy.sources("frame-ancestors"))
    }
}

impl Policy {
    fn sources(&self, directive: &str) -> Option<&[String]> {
        let found = self.0.iter().find(|(name, _)| name == directive);
        found.map(|(_, sources)| sources.as_slice())
    }
}

/// Who may show a page in a frame.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Framing {
    /// Anybody, or others than the page's own origin.
    Others,
    /// The page's own origin alone.
    OwnOrigin,
    /// Nobody.
    Nobody,
}

/// `frame-ancestors` counts where it stands; only without it does `X-Frame-Options`.
pub(crate) fn framing(answer: &Exchange, origin: &str) -> Framing {
    let policies = Policies::of(answer);
    let mut strictest = None;
    for sources in policies.ancestors() {
        let is_own = |source: &String| source == "'self'" || source == origin;
        let framing = if sources.is_empty() || sources.iter().all(|source| source == "'none'") {
            Framing::Nobody
        } else if sources.iter().all(is_own) {
            Framing::OwnOrigin
        } else {
            Framing::Others
        };
        strictest = Some(match (strictest, framing) {
            (Some(Framing::Nobody), _) | (_, Framing::Nobody) => Framing::Nobody,
            (Some(Framing::OwnOrigin), _) | (_, Framing::OwnOrigin) => Framing::OwnOrigin,
            _ => Framing::Others,
        });
    }
    if let Some(framing) = strictest {
        return framing;
    }
    let options = answer
        .header("x-frame-options")
        .unwrap_or_default()
        .to_lowercase();
    match options.trim() {
        "deny" => Framing::Nobody,
        "sameorigin" => Framing::OwnOrigin,
        _ => Framing::Others,
    }
}

/// The headers that [`framing`] looks at, as evidence.
pub(crate) fn framing_seen(answer: &Exchange) -> String {
    let policy = answer.header("content-security-policy").unwrap_or_default();
    let ancestors = policy
        .split([';', ','])
        .map(str::trim)
        .find(|directive| directive.to_lowercase().starts_with("frame-ancestors"));
    match (ancestors, answer.header("x-frame-options")) {
        (Some(ancestors), _) => format!(
            "Content-Security-Policy: {}",
            crate::observation::shortened(ancestors)
        ),
        (None, Some(options)) => format!(
            "X-Frame-Options: {}",
            crate::observation::shortened(&options)
        ),
        (None, None) => "neither frame-ancestors nor X-Frame-Options".to_owned(),
    }
}
