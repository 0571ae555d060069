//! Opening the page once it answers.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::process::parent_id;
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::command;

/// The server has had its time; whoever still wants the page has its address on the screen.
const PATIENCE: Duration = Duration::from_secs(60);

/// Waits for `HOST:PORT` to answer, then opens it. Ends quietly when the server ends first.
pub fn when_ready(address: &str) -> Result<()> {
    let (start, server) = (Instant::now(), parent_id());
    while start.elapsed() < PATIENCE && parent_id() == server {
        if answers(address) {
            let opener = if cfg!(target_os = "macos") {
                "open"
            } else {
                "xdg-open"
            };
            // No browser is no failure: the address is printed as well.
            command::succeeds(Command::new(opener).arg(format!("http://{address}/")));
            return Ok(());
        }
        sleep(Duration::from_millis(200));
    }
    Ok(())
}

/// True when an HTTP server there answers the health route.
fn answers(address: &str) -> bool {
    let ask = || -> std::io::Result<bool> {
        let mut stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(Duration::from_secs(2)))?;
        write!(
            stream,
            "GET /api/v1/health HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
        )?;
        let mut head = [0; 12];
        stream.read_exact(&mut head)?;
        Ok(head.starts_with(b"HTTP/1.1 200"))
    };
    ask().unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    fn server_that_says(reply: &'static str) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = [0; 64];
            let _ = stream.read(&mut request).unwrap();
            stream.write_all(reply.as_bytes()).unwrap();
        });
        address
    }

    #[test]
    fn a_healthy_server_answers() {
        assert!(answers(&server_that_says("HTTP/1.1 200 OK\r\n\r\n")));
    }

    #[test]
    fn another_program_on_the_port_does_not() {
        assert!(!answers(&server_that_says("SSH-2.0-OpenSSH_9.2\r\n")));
        assert!(!answers(&server_that_says(
            "HTTP/1.1 404 Not Found\r\n\r\n"
        )));
    }
}
