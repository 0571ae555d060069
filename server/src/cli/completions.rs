//! `valleyscope completions` and `valleyscope man`: what a shell and a manual know of the command line, made of its description.

use super::Cli;
use super::say::print;
use anyhow::{Context, Result, bail};
use clap::{Args, CommandFactory};
use clap_complete::Shell;
use std::process::ExitCode;

#[derive(Debug, Args)]
pub struct Completions {
    /// The shell
    shell: Shell,
}

#[derive(Debug, Args)]
pub struct Man {
    /// A command, for example `run` or `runs export`; the program as a whole when left out
    command: Vec<String>,
}

/// Prints a script that completes commands and options.
pub fn completions(arguments: &Completions) -> Result<ExitCode> {
    let mut script = Vec::new();
    clap_complete::generate(
        arguments.shell,
        &mut Cli::command(),
        "valleyscope",
        &mut script,
    );
    show(&script)
}

/// Prints a page of the manual.
pub fn man(arguments: &Man) -> Result<ExitCode> {
    let mut page = Cli::command();
    // Gives commands the options that they inherit, and their full names.
    page.build();
    for name in &arguments.command {
        page = match page.find_subcommand(name) {
            Some(command) => command.clone(),
            None => bail!("{} has no command \"{name}\"", page.get_name()),
        };
    }
    let mut text = Vec::new();
    clap_mangen::Man::new(page)
        .render(&mut text)
        .context("cannot make the page")?;
    show(&text)
}

fn show(text: &[u8]) -> Result<ExitCode> {
    print(String::from_utf8_lossy(text).trim_end())?;
    Ok(ExitCode::SUCCESS)
}
