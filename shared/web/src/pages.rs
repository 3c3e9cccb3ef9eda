//! Where the pages are that may use the functions.

use browserid::Origin;

/// The one origin whose pages may use the functions, and whether the functions answer there too.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Pages {
    /// At another origin of the same site (`https://my.domain`, the functions at `https://api.my.domain`). Nothing but
    /// this says so: a function does not know by which name it was called.
    Elsewhere(Origin),
    /// At the functions' own origin.
    Here(Origin),
}

impl Pages {
    /// Their origin.
    pub fn origin(&self) -> &Origin {
        match self {
            Self::Elsewhere(origin) | Self::Here(origin) => origin,
        }
    }

    /// True for what a browser that tells says of their requests, in `Sec-Fetch-Site`.
    pub(crate) fn expect_site(&self, said: &[u8]) -> bool {
        match self {
            Self::Elsewhere(_) => said == b"same-origin" || said == b"same-site",
            Self::Here(_) => said == b"same-origin",
        }
    }
}
