//! A file from the network: attempt by attempt, address by address, going on where the last one broke off.

use crate::connection::{Event, Request, ask};
use crate::error::{Error, Result};
use crate::part::{Origin, Part};
use crate::patience::Patience;
use crate::progress::{Activity, Reporter};
use crate::range;
use crate::set::PublicFile;
use crate::source::shown;
use std::path::Path;
use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, Instant};
use ureq::http::HeaderMap;

/// How often is looked whether to stop.
const TICK: Duration = Duration::from_millis(100);

/// Brings the file to its place, and says how many bytes came over the network.
///
/// # Errors
/// What the first address came to, when no other one helped; [`Error::Full`], [`Error::Stopped`] and [`Error::File`] at once.
pub(crate) fn download(
    file: &PublicFile,
    addresses: &[String],
    target: &Path,
    patience: &Patience,
    report: &mut Reporter<'_>,
) -> Result<u64> {
    let mut came = 0;
    let mut first = None;
    for address in addresses {
        let mut part = Part::open(target, file)?;
        let mut download = Download {
            address,
            file,
            patience,
            came: 0,
        };
        let received = download.receive(&mut part, report);
        came += download.came;
        match received.and_then(|()| part.finish(&file.sha256, report)) {
            Ok(()) => return Ok(came),
            Err(error) if error.is_the_servers() => first = first.or(Some(error)),
            Err(error) => return Err(error),
        }
    }
    Err(first.unwrap_or_else(|| Error::Source {
        from: file.name.clone(),
        reason: "no address of it is known".to_owned(),
    }))
}

/// The download from one address.
struct Download<'a> {
    address: &'a str,
    file: &'a PublicFile,
    patience: &'a Patience,
    /// Bytes that came.
    came: u64,
}

/// Why an attempt ended before the file was whole.
struct Break {
    reason: Reason,
    /// How long the server asks to wait.
    pause: Option<Duration>,
}

enum Reason {
    Status(u16),
    Connection(String),
}

impl Break {
    fn connection(reason: impl Into<String>) -> Self {
        Self {
            reason: Reason::Connection(reason.into()),
            pause: None,
        }
    }
}

impl Download<'_> {
    /// Attempts until the part is whole.
    fn receive(&mut self, part: &mut Part, report: &mut Reporter<'_>) -> Result<()> {
        let (mut failures, mut before) = (0, part.length());
        while !part.is_whole() {
            report.begin(Activity::Fetching, part.length(), self.file.size)?;
            let Some(broken) = self.attempt(part, report)? else {
                continue;
            };
            if part.length() >= before + Patience::ENOUGH {
                (failures, before) = (0, part.length());
            }
            failures += 1;
            if failures >= self.patience.tries {
                return Err(self.given_up(broken.reason, failures, part));
            }
            self.wait(self.patience.pause(failures, broken.pause), part, report)?;
        }
        Ok(())
    }

    /// One request; none is missing when there is no break.
    fn attempt(&mut self, part: &mut Part, report: &mut Reporter<'_>) -> Result<Option<Break>> {
        let request = Request {
            address: self.address.to_owned(),
            from: part.length(),
            validator: part.validator(self.address),
        };
        let events = ask(request, self.patience);
        while !part.is_whole() {
            match events.recv_timeout(TICK) {
                Ok(Event::Answer {
                    status,
                    headers,
                    length,
                }) => {
                    if let Some(broken) = self.accept(status, &headers, length, part)? {
                        return Ok(Some(broken));
                    }
                    report.at(part.length())?;
                }
                Ok(Event::Bytes(bytes)) => {
                    self.came += bytes.len() as u64;
                    part.append(&bytes)?;
                    report.at(part.length())?;
                }
                Ok(Event::End) => return Ok(Some(Break::connection("the answer ended too early"))),
                Ok(Event::Failed { reason, hopeless }) if hopeless && self.came == 0 => {
                    let address = shown(self.address);
                    return Err(Error::Unreachable { address, reason });
                }
                Ok(Event::Failed { reason, .. }) => return Ok(Some(Break::connection(reason))),
                Err(RecvTimeoutError::Timeout) => report.at(part.length())?,
                Err(RecvTimeoutError::Disconnected) => {
                    return Ok(Some(Break::connection("the request ended")));
                }
            }
        }
        Ok(None)
    }

    /// Looks at the beginning of an answer, whose bytes then go to the end of the part.
    ///
    /// # Errors
    /// [`Error::Length`] when the server has another file, [`Error::Refused`] when it will not give it.
    fn accept(
        &self,
        status: u16,
        headers: &HeaderMap,
        length: Option<u64>,
        part: &mut Part,
    ) -> Result<Option<Break>> {
        match status {
            200 => {
                self.check_length(length)?;
                // A server that knows no ranges sends everything.
                part.begin_anew()?;
            }
            206 => {
                let range = range::text(headers, "content-range");
                let range = range.as_deref().and_then(range::parse);
                self.check_length(range.and_then(|range| range.total))?;
                if range.is_none_or(|range| range.start != part.length()) {
                    part.begin_anew()?;
                    let reason = "the server sent another part than was asked for";
                    return Ok(Some(Break::connection(reason)));
                }
            }
            // The part is shorter than the published file, but not than the server's, which is thus another.
            416 => {
                part.begin_anew()?;
                return Ok(Some(self.broken(status, headers)));
            }
            408 | 425 | 429 | 500.. => return Ok(Some(self.broken(status, headers))),
            _ => return Err(self.refused(status)),
        }
        let origin = range::validator(headers).map(|validator| Origin {
            address: self.address.to_owned(),
            validator,
        });
        part.note(origin.as_ref())?;
        Ok(None)
    }

    fn check_length(&self, announced: Option<u64>) -> Result<()> {
        match announced {
            Some(found) if found != self.file.size => Err(Error::Length {
                address: shown(self.address),
                expected: self.file.size,
                found,
            }),
            _ => Ok(()),
        }
    }

    fn broken(&self, status: u16, headers: &HeaderMap) -> Break {
        let seconds = range::text(headers, "retry-after").and_then(|text| text.parse().ok());
        Break {
            reason: Reason::Status(status),
            pause: seconds.map(Duration::from_secs),
        }
    }

    fn refused(&self, status: u16) -> Error {
        Error::Refused {
            address: shown(self.address),
            status,
        }
    }

    fn given_up(&self, reason: Reason, tries: u32, part: &Part) -> Error {
        match reason {
            Reason::Status(status) => self.refused(status),
            Reason::Connection(reason) if part.length() == 0 => Error::Unreachable {
                address: shown(self.address),
                reason,
            },
            Reason::Connection(reason) => Error::Broken {
                address: shown(self.address),
                done: part.length(),
                total: self.file.size,
                tries,
                reason,
            },
        }
    }

    fn wait(&self, pause: Duration, part: &Part, report: &mut Reporter<'_>) -> Result<()> {
        let until = Instant::now() + pause;
        report.begin(Activity::Waiting, part.length(), self.file.size)?;
        loop {
            let rest = until.saturating_duration_since(Instant::now());
            if rest.is_zero() {
                return Ok(());
            }
            std::thread::sleep(rest.min(TICK));
            report.at(part.length())?;
        }
    }
}
