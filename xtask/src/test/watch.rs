//! Running a test program: its output goes to the terminal as it comes, and is read on the way.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use crate::command;

/// Runs the command and hands over each line of its standard output; true when it ends well.
pub fn lines(command: &mut Command, mut read: impl FnMut(&str)) -> Result<bool> {
    let shown = command::show(command);
    println!("  $ {shown}");
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start `{shown}`"))?;
    if let Some(pipe) = child.stdout.take() {
        follow(pipe, std::io::stdout(), &mut read);
    }
    Ok(child.wait()?.success())
}

/// Copies lines until the pipe closes; text that is not UTF-8 is copied all the same.
fn follow(pipe: impl Read, mut terminal: impl Write, read: &mut impl FnMut(&str)) {
    let mut pipe = BufReader::new(pipe);
    let mut line = Vec::new();
    while pipe
        .read_until(b'\n', &mut line)
        .is_ok_and(|length| length > 0)
    {
        // A closed terminal must not stop the count.
        let _ = terminal.write_all(&line).and_then(|()| terminal.flush());
        read(&String::from_utf8_lossy(&line));
        line.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_read_and_the_end_is_told() {
        let mut seen = Vec::new();
        let mut shell = Command::new("sh");
        shell.args(["-c", r"echo one; printf '\377 two'; exit 3"]);
        let well = lines(&mut shell, |line| seen.push(line.to_owned())).unwrap();
        assert!(!well);
        assert_eq!(seen, ["one\n", "\u{fffd} two"]);
    }
}
