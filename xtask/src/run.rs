//! `cargo xtask run`: from a checkout to the open dashboard.

pub mod open;

use std::env;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};
use clap::Args;

use crate::{command, native, place, setup, system, web};

#[derive(Args)]
pub struct Options {
    /// Do not open a browser
    #[arg(long)]
    no_open: bool,
    /// Options for `valleyscope serve`, after `--`; see `cargo xtask run -- --help`
    #[arg(last = true, value_name = "SERVE OPTIONS")]
    serve: Vec<String>,
}

/// Sets up and builds what is missing, then becomes the server: its signals and its exit status are ours.
pub fn run(options: &Options) -> Result<()> {
    setup::for_build()?;
    web::build()?;
    println!("Building the server.");
    command::run(&mut native::build("--bin", "valleyscope"))
        .context("the server does not compile")?;

    let address = address(&options.serve);
    if let Some(address) = address.filter(|_| !options.no_open && has_display()) {
        // A process of its own, because this one becomes the server. It gives up by itself.
        Command::new(env::current_exe()?)
            .args(["open", &address])
            .stdin(Stdio::null())
            .spawn()
            .context("cannot start the process that opens the browser; try --no-open")?;
    }
    let mut server = Command::new(place::target().join("release/valleyscope"));
    server.arg("serve").args(&options.serve);
    println!("  $ {}", command::show(&server));
    Err(server.exec()).context("cannot start the server that was just built")
}

/// Where the page will be; none where no page is to be opened (port 0, or only help was asked for).
fn address(serve: &[String]) -> Option<String> {
    let value = |name: &str| {
        let after = serve.iter().skip_while(|word| *word != name).nth(1);
        let joined = format!("{name}=");
        after
            .map(String::as_str)
            .or_else(|| serve.iter().find_map(|word| word.strip_prefix(&joined)))
    };
    let help = serve.iter().any(|word| word == "--help" || word == "-h");
    let port = value("--port").unwrap_or("8080");
    let host = match value("--host").unwrap_or("127.0.0.1") {
        // "Every address" is no address to go to.
        "0.0.0.0" | "::" => "127.0.0.1".to_owned(),
        host if host.contains(':') => format!("[{host}]"),
        host => host.to_owned(),
    };
    (!help && port != "0").then(|| format!("{host}:{port}"))
}

fn has_display() -> bool {
    let set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    if cfg!(target_os = "macos") {
        return !set("SSH_CONNECTION");
    }
    (set("DISPLAY") || set("WAYLAND_DISPLAY")) && system::find(["xdg-open"]).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address_of(words: &[&str]) -> Option<String> {
        address(
            &words
                .iter()
                .map(|word| (*word).to_owned())
                .collect::<Vec<_>>(),
        )
    }

    #[test]
    fn the_page_is_where_the_server_was_told_to_listen() {
        assert_eq!(address_of(&[]).as_deref(), Some("127.0.0.1:8080"));
        assert_eq!(
            address_of(&["--port", "9000"]).as_deref(),
            Some("127.0.0.1:9000")
        );
        assert_eq!(
            address_of(&["--port=9000", "--host=::1"]).as_deref(),
            Some("[::1]:9000")
        );
        assert_eq!(
            address_of(&["--host", "0.0.0.0"]).as_deref(),
            Some("127.0.0.1:8080")
        );
    }

    #[test]
    fn nothing_is_opened_where_the_address_is_not_known() {
        assert_eq!(address_of(&["--port", "0"]), None);
        assert_eq!(address_of(&["--help"]), None);
    }
}
