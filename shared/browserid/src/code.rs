/// Stable machine names of protocol failures: one table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Code { AudienceMismatch }
impl Code { pub const ALL: &'static [Code] = &[]; pub fn as_str(self) -> &'static str { todo!() } }
