//! What AWS clients share: region, credentials, trust, deadlines.
