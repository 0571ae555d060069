//! The server's life: open the store, bind, answer, stop.

use crate::app::app;
use crate::auth::{Auth, Names, Public, SHORTEST_TOKEN, is_loopback};
use crate::connection::{self, Limits};
use crate::engine::Engine;
use crate::example;
use crate::place::static_dir;
use crate::state::{Options, State};
use crate::store::Store;
use anyhow::{Context, Result, bail};
use std::io::{ErrorKind, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;

/// How many runs may wait, over all devices.
const MOST_WAITING: usize = 500;
/// How long runs may take to write their last words when the server stops.
const FAREWELL: Duration = Duration::from_secs(5);

/// What `valleyscope serve` is told.
#[derive(Clone, Debug)]
pub struct Serve {
    /// The address or name to listen on.
    pub host: String,
    /// The port; 0 takes any free one.
    pub port: u16,
    /// The secret that visitors must show.
    pub token: Option<String>,
    /// Where people reach the server, when that is another address.
    pub public_url: Option<Public>,
    /// The data directory.
    pub data_dir: PathBuf,
    /// The folder with what comes with the program.
    pub static_dir: Option<PathBuf>,
}

/// Serves until it is told to stop.
///
/// # Errors
/// A sentence fit for the person who started it.
pub async fn serve(options: Serve, engine: Arc<dyn Engine>) -> Result<()> {
    check(&options)?;
    let listener = bind(&options.host, options.port).await?;
    let store = Store::open(&options.data_dir)?;
    let names = Names::new(&options.host, options.public_url);
    tracing::info!("requests are answered that are for {names}; --public-url gives another name");
    let prefix = names.prefix();
    if !prefix.is_empty() {
        let path = prefix.as_str();
        tracing::info!("addresses begin with {path}; requests may come with it or without");
    }
    let auth = Auth::new(names, options.token.as_deref());
    let files = static_dir(options.static_dir);
    if let Some(folder) = &files
        && let Err(error) = example::bring(&store, folder)
    {
        tracing::warn!("there is no example run: {error}");
    }
    let pages = files
        .map(|folder| folder.join("pkg"))
        .filter(|folder| folder.is_dir());
    if pages.is_none() {
        tracing::warn!(
            "the frontend is not built, so only the API answers; `cargo xtask run` builds it"
        );
    }
    let state = State::new(
        store,
        engine,
        Options {
            auth,
            pages,
            cap: MOST_WAITING,
        },
    )?;
    announce(listener.local_addr()?)?;
    tracing::info!(data_dir = %options.data_dir.display(), "the data directory is {}", options.data_dir.display());
    let limits = Limits::within(connection::raise_descriptors());
    connection::serve(listener, app(state.clone()), limits, async {
        asked_to_stop().await;
        tracing::info!("stopping; runs are interrupted, what they computed is kept, and those that wait go on waiting");
        state.close();
    })
    .await;
    wait_for_runs(&state).await;
    Ok(())
}

/// Refuses what would open the machine to everyone.
fn check(options: &Serve) -> Result<()> {
    match &options.token {
        Some(token) if token.len() < SHORTEST_TOKEN => bail!(
            "the token has {} characters; give at least {SHORTEST_TOKEN}",
            token.len()
        ),
        None if !is_loopback(&options.host) => bail!(
            "{} can be reached from other machines; give a secret with --token-file FILE (or --token), or listen on 127.0.0.1",
            options.host
        ),
        _ => Ok(()),
    }
}

async fn bind(host: &str, port: u16) -> Result<TcpListener> {
    match TcpListener::bind((host, port)).await {
        Ok(listener) => Ok(listener),
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            bail!(
                "port {port} on {host} is in use; give another with --port, or --port 0 for any free one"
            )
        }
        Err(error) if error.kind() == ErrorKind::PermissionDenied => {
            bail!("listening on port {port} is not permitted; give one above 1023 with --port")
        }
        Err(error) => Err(error).with_context(|| {
            format!("cannot listen on {host}, port {port}; is --host an address of this machine?")
        }),
    }
}

/// The one line that programs wait for.
fn announce(address: SocketAddr) -> Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "listening on http://{address}")?;
    out.flush().context("standard output is closed")
}

/// Ctrl-C, `kill`, or the end of the terminal that the server was started in.
async fn asked_to_stop() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let (terminate, hang_up) = {
        use tokio::signal::unix::SignalKind;
        (signal(SignalKind::terminate()), async {
            match ignores_hang_up() {
                true => std::future::pending().await,
                false => signal(SignalKind::hangup()).await,
            }
        })
    };
    #[cfg(not(unix))]
    let (terminate, hang_up) = (std::future::pending::<()>(), std::future::pending::<()>());
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
        () = hang_up => {}
    }
}

/// Whether the end of the terminal is not to concern us, as `nohup` has it; where the system does not tell, it does.
#[cfg(unix)]
fn ignores_hang_up() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status
        .lines()
        .find_map(|line| line.strip_prefix("SigIgn:"))
        .and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    // SIGHUP is signal 1, the lowest bit.
    mask.is_some_and(|mask| mask & 1 == 1)
}

#[cfg(unix)]
async fn signal(kind: tokio::signal::unix::SignalKind) {
    match tokio::signal::unix::signal(kind) {
        Ok(mut signal) => drop(signal.recv().await),
        Err(_) => std::future::pending().await,
    }
}

/// Gives running runs the time of a step to write their last words.
async fn wait_for_runs(state: &State) {
    let deadline = tokio::time::Instant::now() + FAREWELL;
    let busy = || state.queue.load().running > 0 || !state.keeper.is_idle();
    while busy() && tokio::time::Instant::now() < deadline {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
