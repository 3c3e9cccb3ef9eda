//! The fuzz targets and the million mutants, for their binaries.

#[path = "../src/mutation.rs"]
pub mod mutation;
#[path = "../src/oracle.rs"]
pub mod oracle;

mod checks;

pub use checks::*;
