//! Results that go through links, pipes and devices.

use crate::program::{Program, spec};
use serde_json::Value;
use std::fs;
use std::os::unix::fs::{FileTypeExt, PermissionsExt, symlink};
use std::process::{Command, Stdio};

fn run(program: &Program, out: &str) -> std::process::Output {
    let spec = program.write("spec.json", &spec(8, 3));
    let output = program.run(&["run", &spec, "--out", out]);
    assert!(output.status.success(), "{output:?}");
    output
}

#[test]
fn a_link_stays_and_its_file_gets_the_result() {
    let program = Program::new();
    fs::create_dir(program.path("store")).unwrap();
    fs::write(program.path("store/old.json"), "old").unwrap();
    fs::set_permissions(
        program.path("store/old.json"),
        fs::Permissions::from_mode(0o640),
    )
    .unwrap();
    symlink("store/old.json", program.path("there.json")).unwrap();
    symlink("there.json", program.path("link-to-link.json")).unwrap();
    symlink("store/new.json", program.path("dangling.json")).unwrap();
    for (out, file) in [
        ("link-to-link.json", "store/old.json"),
        ("dangling.json", "store/new.json"),
    ] {
        run(&program, out);
        assert!(
            fs::symlink_metadata(program.path(out))
                .unwrap()
                .is_symlink()
        );
        assert!(
            !fs::symlink_metadata(program.path(file))
                .unwrap()
                .is_symlink()
        );
        assert_eq!(program.read(file)["phase"], "finished");
    }
    let mode = |file: &str| {
        fs::metadata(program.path(file))
            .unwrap()
            .permissions()
            .mode()
            & 0o777
    };
    assert_eq!(mode("store/old.json"), 0o640);
    assert_eq!(program.list("store"), ["new.json", "old.json"]);
}

/// A new file may be read by whoever may read new files of this person, not by the owner alone.
#[test]
fn a_new_file_has_the_permissions_of_any_new_file() {
    let program = Program::new();
    run(&program, "result.json");
    fs::write(program.path("other"), "").unwrap();
    let mode = |file: &str| {
        fs::metadata(program.path(file))
            .unwrap()
            .permissions()
            .mode()
    };
    assert_eq!(mode("result.json"), mode("other"));
}

#[test]
fn a_pipe_gets_the_result_and_stays_a_pipe() {
    let program = Program::new();
    let pipe = program.path("pipe");
    assert!(
        Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    let reader = {
        let pipe = pipe.clone();
        std::thread::spawn(move || fs::read_to_string(pipe).unwrap())
    };
    run(&program, "pipe");
    let result: Value = serde_json::from_str(&reader.join().unwrap()).unwrap();
    assert_eq!(result["phase"], "finished");
    assert!(fs::metadata(&pipe).unwrap().file_type().is_fifo());
}

#[test]
fn standard_output_has_the_result_and_nothing_else() {
    let program = Program::new();
    for out in ["-", "/dev/stdout", "/dev/fd/1"] {
        let output = run(&program, out);
        let result: Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("{out}: {error}: {output:?}"));
        assert_eq!(result["phase"], "finished");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains("Accuracy, clean"), "{said}");
    }
}

#[test]
fn quiet_is_quiet() {
    let program = Program::new();
    // So many flip that nothing is to be warned of.
    let spec = program.write("spec.json", &spec(64, 5));
    let output = program.run(&["run", &spec, "--out", "result.json", "--quiet"]);
    assert!(output.status.success(), "{output:?}");
    assert!(
        output.stdout.is_empty() && output.stderr.is_empty(),
        "{output:?}"
    );
    assert_eq!(program.read("result.json")["phase"], "finished");
}

/// A shell that redirects standard output into a file goes on to write there.
#[test]
fn a_redirected_file_is_written_into_not_replaced() {
    let program = Program::new();
    let spec = program.write("spec.json", &spec(8, 3));
    let program_path = env!("CARGO_BIN_EXE_valleyscope");
    let script = format!(
        "{{ echo before; '{program_path}' run '{spec}' --quiet --out /dev/stdout; echo after; }} > all; \
         echo first > three; '{program_path}' run '{spec}' --quiet --out /dev/fd/3 3>> three; echo last >> three"
    );
    let status = Command::new("sh")
        .args(["-c", &script])
        .current_dir(program.path("."))
        .env("VALLEYSCOPE_DATA", program.path("data"))
        .status();
    assert!(status.unwrap().success());
    for (file, first, last) in [("all", "before", "after"), ("three", "first", "last")] {
        let text = fs::read_to_string(program.path(file)).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            (lines.len(), lines[0], lines[2]),
            (3, first, last),
            "{file}"
        );
        assert_eq!(
            serde_json::from_str::<Value>(lines[1]).unwrap()["phase"],
            "finished"
        );
    }
}

#[test]
fn a_device_stays_a_device() {
    let program = Program::new();
    // Were it replaced, the whole machine would suffer: a terminal of our own is at stake instead of /dev/null.
    let spec = program.write("spec.json", &spec(8, 3));
    let output = program
        .command(&["run", &spec, "--out", "/dev/null"])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    assert!(
        fs::metadata("/dev/null")
            .unwrap()
            .file_type()
            .is_char_device()
    );
}
