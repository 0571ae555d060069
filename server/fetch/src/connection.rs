//! One request, made on a thread of its own, so that whoever waits for it can stop at any time.

use crate::patience::Patience;
use std::io::Read;
use std::net::IpAddr;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use ureq::http::{HeaderMap, Uri};
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, Body};

/// Bytes handed over at once.
const PIECE: usize = 1 << 16;

/// Pieces that may wait to be written.
const WAITING: usize = 8;

/// What is asked for.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub address: String,
    /// The first byte that is missing.
    pub from: u64,
    /// What `If-Range` says.
    pub validator: Option<String>,
}

/// What comes back, in this order.
#[derive(Debug)]
pub(crate) enum Event {
    /// The answer begins.
    Answer {
        status: u16,
        headers: HeaderMap,
        /// How many bytes the answer announces.
        length: Option<u64>,
    },
    Bytes(Vec<u8>),
    /// The answer is complete.
    End,
    /// There is no answer, or it breaks off.
    Failed {
        reason: String,
        /// Asking again will not help.
        hopeless: bool,
    },
}

/// Asks; the answer's pieces come through the channel, and dropping it ends the request.
pub(crate) fn ask(request: Request, patience: &Patience) -> Receiver<Event> {
    let (sender, receiver) = sync_channel(WAITING);
    let (patience, reporter) = (patience.clone(), sender.clone());
    let thread = std::thread::Builder::new().name("fetch".to_owned());
    let started = thread.spawn(move || {
        if let Err(last) = run(&request, &patience, &sender) {
            // Nobody listens any more when this fails.
            sender.send(last).ok();
        }
    });
    if let Err(error) = started {
        let reason = error.to_string();
        let hopeless = false;
        reporter.send(Event::Failed { reason, hopeless }).ok();
    }
    receiver
}

/// Sends what comes; the last event is what stops it.
fn run(request: &Request, patience: &Patience, sender: &SyncSender<Event>) -> Result<(), Event> {
    let mut call = agent(&request.address, patience)
        .get(&request.address)
        // The files are stored as they are published, so nobody compresses them on the way.
        .header("accept-encoding", "identity");
    if request.from > 0 {
        call = call.header("range", format!("bytes={}-", request.from));
        if let Some(validator) = &request.validator {
            call = call.header("if-range", validator);
        }
    }
    let answer = call.call().map_err(|error| failed(&error))?;
    let (parts, body) = answer.into_parts();
    let begins = Event::Answer {
        status: parts.status.as_u16(),
        headers: parts.headers,
        length: body.content_length(),
    };
    match sender.send(begins) {
        Ok(()) => pass_on(body, sender),
        Err(_) => Ok(()),
    }
}

fn pass_on(body: Body, sender: &SyncSender<Event>) -> Result<(), Event> {
    let mut reader = body.into_reader();
    loop {
        let mut piece = vec![0; PIECE];
        let count = reader.read(&mut piece).map_err(|error| Event::Failed {
            reason: error.to_string(),
            hopeless: false,
        })?;
        if count == 0 {
            return Err(Event::End);
        }
        piece.truncate(count);
        if sender.send(Event::Bytes(piece)).is_err() {
            return Ok(());
        }
    }
}

fn failed(error: &ureq::Error) -> Event {
    let hopeless = matches!(
        error,
        ureq::Error::BadUri(_)
            | ureq::Error::Http(_)
            | ureq::Error::HostNotFound
            | ureq::Error::InvalidProxyUrl
            | ureq::Error::TooManyRedirects
            | ureq::Error::Tls(_)
    );
    Event::Failed {
        reason: error.to_string(),
        hopeless,
    }
}

/// Proxies are those of the environment, except for this machine itself.
fn agent(address: &str, patience: &Patience) -> Agent {
    let certificates = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier);
    let config = Agent::config_builder()
        .tls_config(certificates.build())
        .http_status_as_error(false)
        .timeout_resolve(Some(patience.connect))
        .timeout_connect(Some(patience.connect))
        .timeout_recv_response(Some(patience.answer))
        .timeout_per_read(Some(patience.silence))
        .user_agent(concat!("valleyscope/", env!("CARGO_PKG_VERSION")));
    match is_loopback(address) {
        true => config.proxy(None).build().into(),
        false => config.build().into(),
    }
}

fn is_loopback(address: &str) -> bool {
    let Ok(uri) = address.parse::<Uri>() else {
        return false;
    };
    let host = uri.host().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}
