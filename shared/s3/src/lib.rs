//! Files in a bucket.
