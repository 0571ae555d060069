//! Sending a file, with how much of it is sent: `fetch` does not tell.

use super::{Answer, Failure, at, read, refusal};
use serde::de::DeserializeOwned;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{File, ProgressEvent, XmlHttpRequest};

/// A file that is being sent; dropped, it is given up.
pub struct Upload {
    request: XmlHttpRequest,
    _heard: [Closure<dyn FnMut(ProgressEvent)>; 2],
}

impl Drop for Upload {
    fn drop(&mut self) {
        self.request.set_onloadend(None);
        let _ = self.request.abort();
    }
}

/// Sends a file and hands the answer to `done`; `sent` hears the bytes that are on their way.
pub fn upload<T: DeserializeOwned + 'static>(
    path: &str,
    file: &File,
    sent: impl Fn(f64) + 'static,
    done: impl FnOnce(Answer<T>) + 'static,
) -> Option<Upload> {
    let request = XmlHttpRequest::new().ok()?;
    request.open("POST", &at(path)).ok()?;
    request
        .set_request_header("content-type", "application/octet-stream")
        .ok()?;
    request
        .set_request_header("accept", "application/json")
        .ok()?;
    let on_progress = Closure::new(move |event: ProgressEvent| sent(event.loaded()));
    let answered = request.clone();
    let mut done = Some(done);
    let on_end = Closure::new(move |_: ProgressEvent| {
        let status = answered.status().unwrap_or(0);
        let text = answered.response_text().ok().flatten().unwrap_or_default();
        let answer = match status {
            0 => Err(Failure::Offline),
            200..300 => read(&text),
            status => Err(refusal(status, &text)),
        };
        if let Some(done) = done.take() {
            done(answer);
        }
    });
    if let Ok(upload) = request.upload() {
        upload.set_onprogress(Some(on_progress.as_ref().unchecked_ref()));
    }
    request.set_onloadend(Some(on_end.as_ref().unchecked_ref()));
    request.send_with_opt_blob(Some(file)).ok()?;
    Some(Upload {
        request,
        _heard: [on_progress, on_end],
    })
}
