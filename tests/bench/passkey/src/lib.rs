//! Nothing: the bench is `benches/time.rs`.
