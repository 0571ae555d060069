//! Another machine's server, through its public API.

mod answer;

pub use answer::Refused;

use super::document::Document;
use super::serve::read_token;
use crate::auth::is_loopback;
use anyhow::{Context, Result, bail};
use clap::Args;
use serde::de::DeserializeOwned;
use std::io::Read;
use std::path::PathBuf;
use std::time::Duration;
use ureq::http::{Response, Uri};
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, Body};

/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(10);
/// How long an answer may take to begin; the server itself gives up after a minute.
const ANSWER: Duration = Duration::from_secs(70);

/// Which server, and how to be let in.
#[derive(Clone, Debug, Args)]
pub struct Remote {
    /// A server, for example https://lab.example; empty for this machine
    #[arg(long, env = "VALLEYSCOPE_SERVER", value_name = "URL", global = true)]
    server: Option<String>,
    /// A file that holds the server's secret
    #[arg(
        long,
        env = "VALLEYSCOPE_TOKEN_FILE",
        value_name = "FILE",
        global = true
    )]
    token_file: Option<PathBuf>,
}

impl Remote {
    /// The server, if one is named.
    ///
    /// # Errors
    /// The address is none, or the secret cannot be read.
    pub fn client(&self) -> Result<Option<Client>> {
        let Some(server) = self.server.as_deref().filter(|server| !server.is_empty()) else {
            return Ok(None);
        };
        let token = self.token_file.as_deref().map(read_token).transpose()?;
        Client::new(server, token).map(Some)
    }
}

/// A server.
pub struct Client {
    agent: Agent,
    /// Without a slash at the end.
    server: String,
    /// The header that lets us in.
    bearer: Option<String>,
}

impl Client {
    /// A server at this address.
    ///
    /// # Errors
    /// It is no address.
    pub fn new(server: &str, token: Option<String>) -> Result<Self> {
        let server = server.trim_end_matches('/');
        let refuse = || {
            format!(
                "--server \"{server}\" is not an address such as https://lab.example or http://127.0.0.1:8080"
            )
        };
        let uri: Uri = server.parse().ok().with_context(refuse)?;
        let (Some("http" | "https"), Some(host)) = (uri.scheme_str(), uri.host()) else {
            bail!(refuse());
        };
        let loopback = is_loopback(host.trim_matches(['[', ']']));
        if token.is_some() && uri.scheme_str() == Some("http") && !loopback {
            tracing::warn!("the secret goes to {host} unencrypted; https would protect it");
        }
        // A laboratory's own certificates are known to the system, not to a list of public ones.
        let certificates = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier);
        let config = Agent::config_builder()
            .tls_config(certificates.build())
            .http_status_as_error(false)
            // A secret is for the server that was named, wherever that one points.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_connect(Some(CONNECT))
            .timeout_recv_response(Some(ANSWER))
            .user_agent(concat!("valleyscope/", env!("CARGO_PKG_VERSION")));
        let config = match loopback {
            true => config.proxy(None),
            false => config,
        };
        Ok(Self {
            agent: config.build().into(),
            server: server.to_owned(),
            bearer: token.map(|token| format!("Bearer {token}")),
        })
    }

    /// The address, for people.
    pub fn server(&self) -> &str {
        &self.server
    }

    /// Reads a document of the API.
    ///
    /// # Errors
    /// As [`Client::open`].
    pub fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Refused> {
        self.look_up(path, &[])
    }

    /// Reads a document that depends on a query.
    ///
    /// # Errors
    /// As [`Client::open`].
    pub fn look_up<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &[(&str, String)],
    ) -> Result<T, Refused> {
        let query = query.iter().map(|(key, value)| (*key, value));
        let request = self.agent.get(self.address(path)).query_pairs(query);
        answer::read(answer::accept(self.let_in(request).call())?)
    }

    /// Opens a file of the API; a length is known of those that are not made on the way.
    ///
    /// # Errors
    /// The server refuses, or cannot be reached.
    pub fn open(&self, path: &str, query: &[(&str, String)]) -> Result<impl Read + use<>, Refused> {
        let query = query.iter().map(|(key, value)| (*key, value));
        let request = self.agent.get(self.address(path)).query_pairs(query);
        let answer = answer::accept(self.let_in(request).call())?;
        Ok(answer.into_body().into_reader())
    }

    /// Asks for something that a document describes. With the same `key` it may be asked for twice.
    ///
    /// # Errors
    /// As [`Client::open`].
    pub fn create<T: DeserializeOwned>(
        &self,
        path: &str,
        document: &Document,
        key: &str,
    ) -> Result<T, Refused> {
        let request = self
            .agent
            .post(self.address(path))
            .header("content-type", "application/json")
            .header("idempotency-key", key);
        answer::read(answer::accept(self.let_in(request).send(document.text()))?)
    }

    /// Sends a document of our own making.
    ///
    /// # Errors
    /// As [`Client::open`].
    pub fn send<T: DeserializeOwned>(&self, path: &str, json: &str) -> Result<T, Refused> {
        let request = self
            .agent
            .post(self.address(path))
            .header("content-type", "application/json");
        answer::read(answer::accept(self.let_in(request).send(json))?)
    }

    /// Asks for an action.
    ///
    /// # Errors
    /// As [`Client::open`].
    pub fn act<T: DeserializeOwned>(&self, path: &str) -> Result<T, Refused> {
        let request = self.agent.post(self.address(path));
        answer::read(answer::accept(self.let_in(request).send_empty())?)
    }

    /// Deletes something.
    ///
    /// # Errors
    /// As [`Client::open`].
    pub fn delete(&self, path: &str) -> Result<(), Refused> {
        let request = self.agent.delete(self.address(path));
        answer::accept(self.let_in(request).call()).map(drop)
    }

    fn address(&self, path: &str) -> String {
        format!("{}{path}", self.server)
    }

    fn let_in<T>(&self, request: ureq::RequestBuilder<T>) -> ureq::RequestBuilder<T> {
        match &self.bearer {
            Some(bearer) => request.header("authorization", bearer),
            None => request,
        }
    }
}

/// What came back.
type Sent = Result<Response<Body>, ureq::Error>;
