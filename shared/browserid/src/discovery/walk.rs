use std::sync::Arc;

use crate::{
    Answer, Authority, DiscoveryError, DiscoveryRules, Domain, SupportDocument, Unreachable,
};

use super::media_type::MediaType;

/// One chain of delegations under way. The last host is the one to ask.
#[derive(Clone, Debug)]
pub(super) struct Walk {
    delegated_by: Vec<Domain>,
    host: Domain,
}

/// What follows from an answer.
pub(super) enum Next {
    Ask(Walk),
    Failed(DiscoveryError),
    Found(Authority),
}

impl Walk {
    pub(super) fn new(host: Domain) -> Self {
        Self {
            delegated_by: Vec::new(),
            host,
        }
    }

    pub(super) fn host(&self) -> &Domain {
        &self.host
    }

    pub(super) fn take(
        self,
        said: &Result<SupportDocument, DiscoveryError>,
        rules: &DiscoveryRules,
    ) -> Next {
        match said {
            Ok(SupportDocument::Supported(support)) => Next::Found(Authority {
                domain: self.host.clone(),
                chain: self.chain(),
                support: Arc::clone(support),
            }),
            Ok(SupportDocument::Delegated { authority }) => self.follow(authority.clone(), rules),
            Ok(SupportDocument::Disabled) => Next::Failed(DiscoveryError::Disabled {
                domain: self.host.clone(),
                chain: self.chain(),
            }),
            Err(error) => Next::Failed(error.clone()),
        }
    }

    /// Both checks come before anything is asked. The reason for a circle names the chain before the repeat, the one
    /// for too many hops the one too many, as in the reference.
    fn follow(self, authority: Domain, rules: &DiscoveryRules) -> Next {
        let mut chain = self.chain();
        if chain.contains(&authority) {
            return Next::Failed(DiscoveryError::Circular { chain });
        }
        if chain.len() > rules.max_delegations {
            chain.push(authority);
            return Next::Failed(DiscoveryError::TooManyHops { chain });
        }
        Next::Ask(Self {
            delegated_by: chain,
            host: authority,
        })
    }

    fn chain(&self) -> Vec<Domain> {
        let mut chain = self.delegated_by.clone();
        chain.push(self.host.clone());
        chain
    }
}

pub(super) fn read(
    host: &Domain,
    answer: Answer,
    rules: &DiscoveryRules,
) -> Result<SupportDocument, DiscoveryError> {
    let host = || host.clone();
    let (content_type, body) = match answer {
        Answer::Response {
            status: 200,
            content_type,
            body,
        } => (content_type, body),
        Answer::Response {
            status: 301 | 302 | 303 | 307,
            ..
        } => return Err(DiscoveryError::Redirected { host: host() }),
        Answer::Response { status, .. } => {
            return Err(DiscoveryError::Status {
                host: host(),
                status,
            });
        }
        Answer::Unreachable(Unreachable::Timeout) => {
            return Err(DiscoveryError::Timeout { host: host() });
        }
        Answer::Unreachable(why) => {
            return Err(DiscoveryError::Unreachable { host: host(), why });
        }
    };
    let document = || {
        SupportDocument::parse(&body, rules.hosts).map_err(|error| DiscoveryError::Document {
            host: host(),
            error,
        })
    };
    match MediaType::of(content_type.as_deref()) {
        MediaType::Json => document(),
        MediaType::OctetStream if !rules.strict_content_type && only_delegates(&body) => document(),
        _ => Err(DiscoveryError::ContentType { host: host() }),
    }
}

/// True for an object whose one member is `authority`. Static hosts such as GitHub Pages serve every file without an
/// extension as octets; whoever can put one there could as well get a TLS certificate for the domain.
fn only_delegates(body: &[u8]) -> bool {
    crate::json::parse(body).is_ok_and(|document| {
        document.as_object().is_some_and(|members| {
            members.len() == 1 && !crate::json::is_falsy(members.get("authority"))
        })
    })
}
