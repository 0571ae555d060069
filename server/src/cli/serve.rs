//! `valleyscope serve`

use super::Place;
use crate::auth::Public;
use crate::libtorch::LibTorch;
use crate::private;
use crate::serve::{Serve, serve as serve_until_stopped};
use anyhow::{Context, Result, bail};
use clap::Args;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

/// Threads for work that waits for the disk or for a reader. Each may hold a few descriptors, which are counted on.
const BLOCKING_THREADS: usize = 64;

#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    place: Place,
    /// The address to listen on; any but loopback needs a token
    #[arg(long, default_value = "127.0.0.1")]
    host: String,
    /// The port; 0 takes any free one
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// The secret that visitors must show; better in a file, where other users do not see it
    #[arg(
        long,
        env = "VALLEYSCOPE_TOKEN",
        hide_env_values = true,
        conflicts_with = "token_file"
    )]
    token: Option<String>,
    /// A file that holds the secret, which nobody else may read
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// Where people reach the server, when that is another address, for example https://lab.example or, behind a proxy, https://lab.example/valleyscope
    #[arg(long, value_name = "URL")]
    public_url: Option<Public>,
    /// What `auto` stands for: `auto` (the best there is), `cpu` or `cuda:N`
    #[arg(long, default_value = "auto")]
    device: String,
    /// The folder with the built frontend in `pkg` [default: found beside the program]
    #[arg(long, value_name = "FOLDER")]
    static_dir: Option<PathBuf>,
}

pub fn serve(arguments: Arguments) -> Result<ExitCode> {
    let token = match (&arguments.token, &arguments.token_file) {
        (Some(token), _) => Some(token.clone()),
        (None, Some(file)) => Some(read_token(file)?),
        (None, None) => None,
    };
    private::new_files();
    let data_dir = arguments.place.own_data_dir()?;
    private::advise(&data_dir);
    let engine = Arc::new(LibTorch::new(data_dir.clone(), &arguments.device)?);
    engine.say_device();
    let options = Serve {
        host: arguments.host,
        port: arguments.port,
        token,
        public_url: arguments.public_url,
        data_dir,
        static_dir: arguments.static_dir,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .max_blocking_threads(BLOCKING_THREADS)
        .build()
        .context("cannot start the threads of the server")?;
    runtime.block_on(serve_until_stopped(options, engine))?;
    // Work that is still under way, such as a long export, is not waited for.
    runtime.shutdown_background();
    Ok(ExitCode::SUCCESS)
}

/// The secret that a file holds.
pub(super) fn read_token(file: &Path) -> Result<String> {
    private::check_secret(file)?;
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("cannot read the token file {}", file.display()))?;
    let token = text.trim();
    if token.is_empty() {
        bail!("the token file {} is empty", file.display());
    }
    Ok(token.to_owned())
}
