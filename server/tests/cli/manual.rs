//! Completions and the manual, made of the same description as `--help`.

use crate::program::Program;
use std::process::{Command, Stdio};

fn print(arguments: &[&str]) -> String {
    let output = Program::new().run(arguments);
    assert!(
        output.status.success() && output.stderr.is_empty(),
        "{output:?}"
    );
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn shells_learn_commands_and_options() {
    for shell in ["bash", "zsh", "fish"] {
        let script = print(&["completions", shell]);
        for word in ["batch", "completions", "figures", "token-file"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
    }
    let script = print(&["completions", "bash"])
        + "\nCOMP_WORDS=(valleyscope run --fig); COMP_CWORD=2; _valleyscope valleyscope --fig run; echo \"${COMPREPLY[@]}\"";
    let asked = Command::new("bash")
        .args(["-c", &script])
        .stdin(Stdio::null())
        .output();
    // The shell is not on every machine; where it is, it has the last word.
    if let Ok(asked) = asked {
        assert_eq!(
            String::from_utf8_lossy(&asked.stdout).trim(),
            "--figures --figure --figure-format"
        );
    }
}

#[test]
fn the_manual_has_a_page_for_every_command() {
    let page = print(&["man"]);
    assert!(
        page.contains(".TH valleyscope 1") && page.contains("Exit codes"),
        "{page}"
    );
    let page = print(&["man", "run"]);
    assert!(
        page.contains(".TH valleyscope-run 1") && page.contains("figures"),
        "{page}"
    );
    let page = print(&["man", "runs", "export"]);
    assert!(
        page.contains(".TH valleyscope-runs-export 1") && page.contains("token"),
        "{page}"
    );
}
