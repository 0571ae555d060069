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

    /// A file that only its owner may read.
    pub fn secret(&self, name: &str, content: &str) -> String {
        let path = self.path(name);
        std::fs::write(&path, content).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        }
        path
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        self.command_of(Command::new(env!("CARGO_BIN_EXE_valleyscope")), arguments)
    }

    fn command_of(&self, mut command: Command, arguments: &[&str]) -> Command {
        command
            .args(arguments)
            .current_dir(self.0.path())
            .env("VALLEYSCOPE_DATA", self.path("data"))
            .env_remove("VALLEYSCOPE_TOKEN")
            .env_remove("VALLEYSCOPE_TOKEN_FILE")
            .env_remove("VALLEYSCOPE_SERVER");
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

    /// The command at work, once it has said `words` on standard error.
    pub fn start(&self, arguments: &[&str], words: &str) -> Working {
        Working::new(self.command(arguments).spawn().unwrap(), words)
    }

    /// The JSON document in a file.
    pub fn read(&self, name: &str) -> Value {
        let text = std::fs::read_to_string(self.path(name)).unwrap();
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}: {text}"))
    }

    /// The names in a folder, in order.
    pub fn list(&self, name: &str) -> Vec<String> {
        let entries = std::fs::read_dir(self.path(name)).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<_> = names.collect();
        names.sort();
        names
    }

    /// A server on a free port, ready to be asked.
    pub fn serve(&self, more: &[&str]) -> Server {
        self.serve_at("0", more)
    }

    /// A server on this port.
    pub fn serve_at(&self, port: &str, more: &[&str]) -> Server {
        let mut arguments = vec!["serve", "--port", port];
        arguments.extend(more);
        let mut command = self.command(&arguments);
        command.stderr(Stdio::null());
        Server::of(&mut command)
    }

    /// A server that says what it does there.
    pub fn serve_with(&self, log: Stdio) -> Server {
        let mut command = self.command(&["serve", "--port", "0"]);
        command.stderr(log);
        Server::of(&mut command)
    }

    /// The same, started by a shell after this line, which may set limits.
    pub fn serve_after(&self, line: &str) -> Server {
        let line = format!("{line}; exec \"$0\" \"$@\"");
        self.serve_under(&["sh", "-c", &line])
    }

    /// The same, started by another program, whose own arguments come first.
    pub fn serve_under(&self, starter: &[&str]) -> Server {
        let mut command = self.under(starter, &["serve", "--port", "0"]);
        command.stderr(Stdio::null());
        Server::of(&mut command)
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

impl Server {
    /// Once it listens.
    fn of(command: &mut Command) -> Self {
        let mut child = command.spawn().unwrap();
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
}

/// A command that computes.
pub struct Working {
    pub child: Child,
    said: std::thread::JoinHandle<String>,
}

impl Working {
    pub fn new(mut child: Child, words: &str) -> Self {
        let mut lines = BufReader::new(child.stderr.take().unwrap());
        let mut text = String::new();
        while !text.contains(words) {
            if lines.read_line(&mut text).unwrap() == 0 {
                panic!("it ended: {:?}: {text}", child.wait());
            }
        }
        // Read on, so that it never waits for us.
        let said = std::thread::spawn(move || {
            let _ = lines.read_to_string(&mut text);
            text
        });
        Self { child, said }
    }

    /// Sends a signal by its name.
    pub fn signal(&self, name: &str) {
        signal(self.child.id(), name);
    }

    /// How it ended, and all that it said.
    pub fn end(mut self) -> (ExitStatus, String) {
        let status = self.child.wait().unwrap();
        (status, self.said.join().unwrap())
    }
}

/// As `kill -NAME` does.
pub fn signal(process: u32, name: &str) {
    let id = process.to_string();
    let status = Command::new("kill").args(["-s", name, &id]).status();
    assert!(status.unwrap().success());
}

pub struct Server {
    child: Child,
    pub address: String,
}

impl Server {
    pub fn address(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn port(&self) -> &str {
        self.address.rsplit_once(':').unwrap().1
    }

    /// Waits until a run has ended.
    pub fn wait(&self, id: &str) -> Value {
        loop {
            let run = self.run(id);
            if !["queued", "running"].contains(&run["phase"].as_str().unwrap()) {
                return run;
            }
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
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
            // The older protocol knows no chunks.
            "GET {path} HTTP/1.0\r\nhost: {}\r\n\r\n",
            self.address
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        assert!(answer.starts_with(b"HTTP/1.0 200"), "{path}");
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n");
        answer.split_off(end.unwrap() + 4)
    }

    /// An action without a body.
    pub fn post(&self, path: &str) -> Value {
        serde_json::from_str(&self.ask(&format!("POST {path}"), "")).unwrap()
    }

    /// What is answered to one who changes something.
    pub fn change(&self, path: &str, change: &Value) -> Value {
        serde_json::from_str(&self.ask(&format!("PATCH {path}"), &change.to_string())).unwrap()
    }

    /// What is answered to one who asks for a run.
    pub fn order(&self, spec: &Value) -> Value {
        serde_json::from_str(&self.ask("POST /api/v1/runs", &spec.to_string())).unwrap()
    }

    pub fn create(&self, spec: &Value) -> String {
        self.create_of(&spec.to_string())
    }

    /// A run whose description is this text.
    pub fn create_of(&self, text: &str) -> String {
        let run: Value = serde_json::from_str(&self.ask("POST /api/v1/runs", text)).unwrap();
        run["id"]
            .as_str()
            .unwrap_or_else(|| panic!("{run}"))
            .to_owned()
    }

    /// A batch, once all its runs have ended.
    pub fn batch(&self, spec: &Value) -> Value {
        let asked = self.ask("POST /api/v1/batches", &spec.to_string());
        let batch: Value = serde_json::from_str(&asked).unwrap();
        for run in batch["runs"]
            .as_array()
            .unwrap_or_else(|| panic!("{batch}"))
        {
            self.wait(run["id"].as_str().unwrap());
        }
        let id = batch["id"].as_str().unwrap();
        serde_json::from_str(&self.get(&format!("/api/v1/batches/{id}"))).unwrap()
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
    pub fn gone(&mut self) -> ExitStatus {
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
