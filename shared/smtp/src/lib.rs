//! Mail through an SMTP server, and mails as files.
