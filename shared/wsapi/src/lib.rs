//! Asks our own verifier who speaks for a domain: for functions that may not ask strangers.
