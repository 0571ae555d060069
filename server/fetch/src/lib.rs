//! Public data sets, brought from where they are published onto the disk.
//!
//! [`known`] lists the sets with their addresses, sizes and checksums, and [`fetch`] brings one into a folder.
//!
//! Whatever a server sends, a file takes its name only when its SHA-256 is right, and of an archive only the entries that the set needs are unpacked, inside the set's folder.
//! What breaks off goes on where it was, in this call or in a later one.

mod archive;
mod connection;
mod download;
mod error;
mod fetch;
mod known;
mod local;
mod lock;
mod part;
mod patience;
mod progress;
mod range;
mod set;
mod source;
mod space;
mod stamp;
mod sum;

pub use error::{Error, Result};
pub use fetch::{Fetched, fetch, fetch_with};
pub use known::{find, known};
pub use patience::Patience;
pub use progress::{Activity, Pace, Progress};
pub use set::{PublicFile, PublicSet, Unpack};
pub use source::Source;
pub use space::check as check_space;
