//! The whole product on one machine: what the command `selfsame` does.
//!
//! [`start`] runs it (the command's `serve`, and the tests). Everything that decides is in `service` and `browserid`,
//! everything that speaks HTTP in `web`; here are the adapters for one machine and the wiring:
//!
//! - `running.rs` puts it together; `hosts.rs` decides by the `Host` header which site answers.
//! - `store`, `key_file`, `system`: accounts and sessions, the private key, time and chance.
//! - `documents.rs`: support documents of `.localhost` and mapped domains; `fetch` for all others.
//! - `federation.rs`: the member list of a federation, and how it stands.
//! - `pages.rs`: the files of `static/`; `guestbook.rs`: the demo site.
//! - `commands/`: one module for each command; `arguments.rs`: the command line.

pub mod commands;
pub mod key_file;
pub mod store;
pub mod system;

mod arguments;
mod audit;
mod certifier_environment;
mod certifier_key;
mod complaint;
mod data_folder;
mod documents;
mod fallback;
mod federation;
mod first_steps;
mod front;
mod guestbook;
mod hand_over;
mod hosts;
mod identity;
mod insecure;
mod key_input;
mod mapping;
mod network;
mod output;
mod pages;
mod plain_http;
mod post;
mod recorded;
mod request_log;
mod rotation;
mod running;
mod served;
mod server;
mod shutdown;
mod sites;
mod stack;
mod utc;
mod verifier_environment;
mod version;

pub use complaint::Complaint;
pub use first_steps::NextStep;
pub use identity::EnrolmentLink;
pub use mapping::{Mapping, Target};
pub use post::Post;
pub use running::{Options, Running, start};
