//! The built program in a folder of its own.

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use tempfile::TempDir;

pub struct Program(TempDir);

/// A run of the embedded model.
pub fn spec(count: u64, steps: u64) -> Value {
    json!({
        "model": "shapes-standard",
        "data": { "set": "shapes-test", "count": count },
        "attack": { "pgd": { "epsilon": "8/255", "step_size": "0.5/255", "steps": steps } },
        "batch_size": 64
    })
}

impl Program {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().unwrap().to_owned()
    }

    pub fn write(&self, name: &str, content: &Value) -> String {
        std::fs::write(self.path(name), content.to_string()).unwrap();
        self.path(name)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        self.command_of(Command::new(env!("CARGO_BIN_EXE_valleyscope")), arguments)
    }

    fn command_of(&self, mut command: Command, arguments: &[&str]) -> Command {
        command
            .args(arguments)
            .current_dir(self.0.path())
            .env("VALLEYSCOPE_DATA", self.path("data"))
            .env_remove("VALLEYSCOPE_TOKEN");
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        self.run_with(arguments, "")
    }

    pub fn run_with(&self, arguments: &[&str], input: &str) -> Output {
        let mut child = self.command(arguments).spawn().unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(input.as_bytes())
            .unwrap();
        child.wait_with_output().unwrap()
    }

    /// A server on a free port, ready to be asked.
    pub fn serve(&self, more: &[&str]) -> Server {
        let mut arguments = vec!["serve", "--port", "0"];
        arguments.extend(more);
        Server::start(self.command(&arguments))
    }

    /// The same, started by another program, whose own arguments come first.
    pub fn serve_under(&self, starter: &[&str]) -> Server {
        Server::start(self.under(starter, &["serve", "--port", "0"]))
    }

    /// The program with these arguments, started by another program.
    pub fn under(&self, starter: &[&str], arguments: &[&str]) -> Command {
        let mut command = Command::new(starter[0]);
        command
            .args(&starter[1..])
            .arg(env!("CARGO_BIN_EXE_valleyscope"));
        self.command_of(command, arguments)
    }
}

pub struct Server {
    child: Child,
    address: String,
}

impl Server {
    /// Waits for the line that says where it listens.
    fn start(mut command: Command) -> Self {
        let mut child = command.stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let address = line
            .trim()
            .strip_prefix("listening on http://")
            .unwrap_or_else(|| panic!("the server said {line:?}"))
            .to_owned();
        Self { child, address }
    }

    fn ask(&self, head: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let length = body.len();
        let request = format!(
            "{head} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}",
            self.address
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        if !head
            .to_ascii_lowercase()
            .contains("transfer-encoding: chunked")
        {
            return body.to_owned();
        }
        // Chunks: a length in hexadecimal, a line end, so many bytes, a line end.
        let (mut text, mut rest) = (String::new(), body);
        while let Some((length, after)) = rest.split_once("\r\n") {
            let length = usize::from_str_radix(length.trim(), 16).unwrap();
            text.push_str(&after[..length]);
            rest = &after[length + 2..];
        }
        text
    }

    pub fn get(&self, path: &str) -> String {
        self.ask(&format!("GET {path}"), "")
    }

    /// The body alone, whatever it is made of.
    pub fn get_bytes(&self, path: &str) -> Vec<u8> {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let request = format!(
            "GET {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n",
            self.address
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        assert!(answer.starts_with(b"HTTP/1.1 200"), "{path}");
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n");
        answer.split_off(end.unwrap() + 4)
    }

    /// An action without a body.
    pub fn post(&self, path: &str) -> Value {
        serde_json::from_str(&self.ask(&format!("POST {path}"), "")).unwrap()
    }

    /// What is answered to one who asks for a run.
    pub fn order(&self, spec: &Value) -> Value {
        serde_json::from_str(&self.ask("POST /api/v1/runs", &spec.to_string())).unwrap()
    }

    pub fn create(&self, spec: &Value) -> String {
        let run = self.order(spec);
        run["id"]
            .as_str()
            .unwrap_or_else(|| panic!("{run}"))
            .to_owned()
    }

    pub fn run(&self, id: &str) -> Value {
        serde_json::from_str(&self.get(&format!("/api/v1/runs/{id}"))).unwrap()
    }

    /// All events so far.
    pub fn events(&self, id: &str) -> Vec<Value> {
        let (mut all, mut cursor) = (Vec::new(), "0".to_owned());
        loop {
            let page: Value = serde_json::from_str(
                &self.get(&format!("/api/v1/runs/{id}/events?after={cursor}")),
            )
            .unwrap();
            let frames = page["frames"].as_array().unwrap();
            all.extend(frames.iter().cloned());
            if frames.is_empty() || page["ended"] == true {
                return all;
            }
            cursor = page["cursor"].as_str().unwrap().to_owned();
        }
    }

    /// As `kill -9` does.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// As `kill` does.
    pub fn terminate(&mut self) -> ExitStatus {
        self.signal("TERM");
        self.child.wait().unwrap()
    }

    /// As `kill -HUP` does.
    pub fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let kill = Command::new("kill").args(["-s", name, &id]).status();
        assert!(kill.unwrap().success());
    }

    /// Waits until the program has ended by itself.
    pub fn wait(&mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }

    /// The status of an answer without its body.
    pub fn status(&self, head: &str) -> u16 {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let request = format!(
            "{head} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n",
            self.address
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let status = answer.split(' ').nth(1);
        status.and_then(|status| status.parse().ok()).unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
