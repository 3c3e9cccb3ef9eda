//! The network as the product on this machine sees it.

use std::path::Path;
use std::sync::Arc;

use browserid::Domain;
use fetch::{Https, Limits, PublicAddresses, strict_tls};

use crate::data_folder::{self, DataFolder};
use crate::documents::{Documents, Localhost};
use crate::hosts;
use crate::mapping::Mapping;

/// The port of `serve` unless told otherwise.
pub const DEFAULT_PORT: u16 = 8080;

/// `.localhost` at `port` of this machine, `maps` where they say, everything else strictly over HTTPS.
pub fn documents(port: u16, maps: Vec<Mapping>) -> Documents {
    let limits = Limits::STRICT;
    Documents {
        https: Https::new(Arc::new(PublicAddresses), strict_tls(), limits),
        limits,
        localhost: Localhost::At(port),
        maps,
    }
}

/// Where the product answers: the port of the server that runs on the usual data folder, or the usual port.
pub fn usual_port() -> u16 {
    DataFolder::existing(Path::new(data_folder::DEFAULT))
        .and_then(|folder| folder.running_port())
        .unwrap_or(DEFAULT_PORT)
}

/// The origin of a domain's pages: the mapped one; or plain HTTP below `.localhost`, at the port the domain names or else
/// at `port`; or HTTPS.
pub fn origin(domain: &Domain, port: u16, maps: &[Mapping]) -> String {
    match Mapping::of(domain, maps) {
        Some(target) => target.origin(),
        None if domain.is_localhost() => {
            hosts::origin(domain.host(), domain.port().unwrap_or(port))
        }
        None => format!("https://{domain}"),
    }
}
