//! Running a test program: its output goes to the terminal as it comes, and is counted on the way.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use super::count::{self, Count};
use crate::command;

/// Runs the command and adds up what its lines count. A failing command is no error here but a count with failures.
pub fn count(command: &mut Command) -> Result<Count> {
    let shown = command::show(command);
    println!("  $ {shown}");
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start `{shown}`"))?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let counted = std::thread::scope(|scope| {
        let errors = scope.spawn(|| stderr.map(|pipe| follow(pipe, std::io::stderr())));
        let output = stdout.map(|pipe| follow(pipe, std::io::stdout()));
        let errors = errors.join().unwrap_or_default();
        output.unwrap_or_default() + errors.unwrap_or_default()
    });
    let status = child.wait()?;
    Ok(counted.with_status(status.success()))
}

/// Copies lines until the pipe closes; text that is not UTF-8 is copied all the same.
fn follow(pipe: impl Read, mut terminal: impl Write) -> Count {
    let mut pipe = BufReader::new(pipe);
    let mut total = Count::default();
    let mut line = Vec::new();
    while pipe
        .read_until(b'\n', &mut line)
        .is_ok_and(|length| length > 0)
    {
        // A closed terminal must not stop the count.
        let _ = terminal.write_all(&line).and_then(|()| terminal.flush());
        total = total + count::read_line(&String::from_utf8_lossy(&line));
        line.clear();
    }
    total
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn both_streams_are_counted() {
        let script = "echo '# pass 2'; echo 'test result: ok. 3 passed; 0 failed;' >&2";
        assert_eq!(count(&mut shell(script)).unwrap().passed, 5);
    }

    #[test]
    fn a_crash_after_passing_tests_is_a_failure() {
        let counted = count(&mut shell("echo '# pass 2'; exit 3")).unwrap();
        assert_eq!((counted.passed, counted.failed), (2, 1));
    }
}
