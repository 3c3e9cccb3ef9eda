//! Mail through Amazon SES (v2).
