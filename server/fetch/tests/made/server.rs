//! A small server on this machine.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What it does with one request.
#[derive(Clone, Debug)]
pub enum Behaviour {
    /// Sends what is asked for, parts of it too.
    Good,
    /// Announces everything, sends so many bytes and hangs up.
    BreaksAfter(usize),
    /// Sends everything whatever part is asked for, and hangs up after so many bytes.
    IgnoresRange(usize),
    /// Announces another length.
    Announces(u64),
    /// Answers with a status and nothing else.
    Status(u16),
    /// Sends something else.
    Sends(Vec<u8>),
    /// Says that its part begins elsewhere.
    WrongPart,
    /// Sends so many bytes, then nothing, and keeps the connection.
    FallsSilentAfter(usize),
    /// Sends a piece of so many bytes every few milliseconds.
    Slow(usize),
    /// Has another file since, so that `If-Range` does not hold.
    Changed,
}

/// What one request asked for, and how much was sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    pub range: Option<String>,
    pub if_range: Option<String>,
    pub sent: usize,
}

pub struct Server {
    port: u16,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Server {
    /// Serves the content under every path; each request is treated as the next behaviour says, and all later ones as the last.
    pub fn new(content: &[u8], behaviours: Vec<Behaviour>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (content, log) = (content.to_vec(), seen.clone());
        std::thread::spawn(move || {
            for (index, stream) in listener.incoming().enumerate() {
                let behaviour = &behaviours[index.min(behaviours.len() - 1)];
                let (behaviour, content, log) = (behaviour.clone(), content.clone(), log.clone());
                log.lock().unwrap().push(Seen::default());
                std::thread::spawn(move || {
                    // A client that has enough hangs up.
                    serve(stream.unwrap(), &behaviour, &content, &log, index).ok();
                });
            }
        });
        Self { port, seen }
    }

    pub fn base(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub fn address(&self, name: &str) -> String {
        format!("{}/{name}", self.base())
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// The `Range` headers, request by request.
    pub fn ranges(&self) -> Vec<Option<String>> {
        self.seen().into_iter().map(|seen| seen.range).collect()
    }
}

fn serve(
    mut stream: TcpStream,
    behaviour: &Behaviour,
    content: &[u8],
    log: &Mutex<Vec<Seen>>,
    index: usize,
) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let (mut range, mut if_range) = (None, None);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 || line.trim().is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':') {
            match &name.to_ascii_lowercase()[..] {
                "range" => range = Some(value.trim().to_owned()),
                "if-range" => if_range = Some(value.trim().to_owned()),
                _ => {}
            }
        }
    }
    let entity = match behaviour {
        Behaviour::Changed => "\"second\"",
        _ => "\"first\"",
    };
    let start = range.as_deref().and_then(|range| {
        let start = range.strip_prefix("bytes=")?.strip_suffix('-')?;
        start.parse::<usize>().ok()
    });
    let same = if_range.as_deref().is_none_or(|tag| tag == entity);
    let start = start.filter(|_| same);
    {
        let mut log = log.lock().unwrap();
        (log[index].range, log[index].if_range) = (range, if_range);
    }
    let send = |stream: &mut TcpStream, bytes: &[u8]| {
        stream.write_all(bytes)?;
        log.lock().unwrap()[index].sent += bytes.len();
        Ok::<_, std::io::Error>(())
    };
    let all = content.len();
    let content = match behaviour {
        Behaviour::Sends(other) => &other[..],
        _ => content,
    };
    let (status, from) = match (behaviour, start) {
        (Behaviour::Status(status), _) => {
            let head = format!("HTTP/1.1 {status} Said So\r\ncontent-length: 0\r\n\r\n");
            return stream.write_all(head.as_bytes());
        }
        (Behaviour::IgnoresRange(_) | Behaviour::Announces(_), _) | (_, None) => ("200 OK", 0),
        (_, Some(from)) if from >= content.len() => {
            let head = format!(
                "HTTP/1.1 416 Range Not Satisfiable\r\ncontent-range: bytes */{all}\r\ncontent-length: 0\r\n\r\n"
            );
            return stream.write_all(head.as_bytes());
        }
        (_, Some(from)) => ("206 Partial Content", from),
    };
    let body = &content[from..];
    let length = match behaviour {
        Behaviour::Announces(length) => *length,
        _ => body.len() as u64,
    };
    let mut head = format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\netag: {entity}\r\n");
    if status.starts_with("206") {
        let said = match behaviour {
            Behaviour::WrongPart => from + 1,
            _ => from,
        };
        head += &format!(
            "content-range: bytes {said}-{}/{}\r\n",
            all - 1,
            content.len()
        );
    }
    stream.write_all(format!("{head}connection: close\r\n\r\n").as_bytes())?;
    match behaviour {
        Behaviour::BreaksAfter(count) | Behaviour::IgnoresRange(count) => {
            send(&mut stream, &body[..body.len().min(*count)])
        }
        Behaviour::FallsSilentAfter(count) => {
            send(&mut stream, &body[..body.len().min(*count)])?;
            std::thread::sleep(Duration::from_secs(20));
            Ok(())
        }
        Behaviour::Slow(count) => body.chunks(*count).try_for_each(|piece| {
            std::thread::sleep(Duration::from_millis(5));
            send(&mut stream, piece)
        }),
        _ => send(&mut stream, body),
    }
}
