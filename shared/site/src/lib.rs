//! The static half of an identity provider.
