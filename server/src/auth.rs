//! Who may come in: which names the server answers to, tokens, sessions, and where requests may come from.

mod guard;
mod login;
mod names;
mod session;
mod tries;

pub use guard::{Access, guard};
pub use login::login_routes;
pub use names::{Names, Public, is_loopback};

use crate::prefix::Prefix;
use session::Sessions;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use tries::Tries;

/// The shortest token that is accepted: what can be guessed is no secret.
pub const SHORTEST_TOKEN: usize = 16;

/// The rules of one server.
pub struct Auth {
    names: Names,
    /// SHA-256 of the token, where one is needed.
    token: Option<[u8; 32]>,
    sessions: Sessions,
    tries: Tries,
}

impl Auth {
    /// Rules for a server that answers to `names` and asks for `token`, if there is one.
    pub fn new(names: Names, token: Option<&str>) -> Self {
        Self {
            names,
            token: token.map(digest),
            sessions: Sessions::default(),
            tries: Tries::default(),
        }
    }

    /// The path under which the server is reached.
    pub fn prefix(&self) -> Prefix {
        self.names.prefix()
    }

    /// Whether a token is needed at all.
    pub fn is_closed(&self) -> bool {
        self.token.is_some()
    }

    /// Whether this is the token. Takes the same time for every wrong one.
    fn is_token(&self, given: &str) -> bool {
        self.token
            .as_ref()
            .is_some_and(|token| token.ct_eq(&digest(given)).into())
    }
}

/// SHA-256 of a text.
pub fn digest(text: &str) -> [u8; 32] {
    digest_bytes(text.as_bytes())
}

/// SHA-256.
pub fn digest_bytes(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}
