//! What a server answers: a document, a problem, or nothing.

use super::Sent;
use serde::de::DeserializeOwned;
use std::io::Read;
use ureq::Body;
use ureq::http::{Response, StatusCode, header};
use valleyscope_shared::problem::Problem;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// The server says what is wrong.
    #[error("{}", said(.0))]
    Problem(Problem),
    /// Nobody answers, or something that is no Valleyscope.
    #[error("{0}")]
    Silent(String),
}

impl Refused {
    /// Whether the same may be answered a little later: the network or a proxy is down, or the server starts again.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Silent(_) => true,
            Self::Problem(problem) => matches!(problem.status, 408 | 429 | 500..),
        }
    }
}

/// What a person should know of a problem.
fn said(problem: &Problem) -> String {
    match problem.status {
        401 => format!(
            "{}; give the server's secret with --token-file",
            problem.detail
        ),
        _ => problem.to_string(),
    }
}

/// The answer, if it is one that was hoped for.
pub fn accept(sent: Sent) -> Result<Response<Body>, Refused> {
    let mut answer = sent.map_err(|error| Refused::Silent(error.to_string()))?;
    let status = answer.status();
    if status.is_success() {
        return Ok(answer);
    }
    let known = bytes(&mut answer)
        .ok()
        .and_then(|bytes| serde_json::from_slice::<Problem>(&bytes).ok());
    Err(match known {
        Some(problem) => Refused::Problem(problem),
        None => foreign(status, &answer),
    })
}

/// An answer that is not one of ours, such as a proxy's.
fn foreign(status: StatusCode, answer: &Response<Body>) -> Refused {
    let to = answer
        .headers()
        .get(header::LOCATION)
        .and_then(|to| to.to_str().ok());
    let detail = match to {
        Some(to) if status.is_redirection() => {
            format!("the answer is {status} and points to {to}; give that address as --server")
        }
        _ => format!("the answer is {status}, but not from a Valleyscope"),
    };
    // A proxy's 502, 503 or 504 may pass, whatever else it says will not.
    match status.is_server_error() {
        true => Refused::Silent(detail),
        false => Refused::Problem(Problem::new(
            "foreign",
            status.as_u16(),
            "No Valleyscope answers at this address",
            detail,
        )),
    }
}

/// The document in an answer.
pub fn read<T: DeserializeOwned>(mut answer: Response<Body>) -> Result<T, Refused> {
    let bytes = bytes(&mut answer).map_err(|error| Refused::Silent(error.to_string()))?;
    serde_json::from_slice(&bytes).map_err(|error| {
        Refused::Problem(Problem::new(
            "foreign",
            200,
            "The answer cannot be read",
            format!("{error}; does a Valleyscope of this version answer there?"),
        ))
    })
}

fn bytes(answer: &mut Response<Body>) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    answer.body_mut().as_reader().read_to_end(&mut bytes)?;
    Ok(bytes)
}
