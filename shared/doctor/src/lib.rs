//! Everything that can be wrong with a domain's identity provider: what to look at, what it means, how to mend it.
