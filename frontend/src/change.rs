//! Changing what people say of a run, and deleting runs as the page is left.

use crate::api::{self, Answer, Failure};
use crate::base::at;
use gloo_net::http::{Method, RequestBuilder};
use leptos::prelude::window;
use valleyscope_shared::api::RunView;
use valleyscope_shared::listing::RunChange;
use valleyscope_shared::problem::Problem;
use valleyscope_shared::route;
use wasm_bindgen::JsValue;
use web_sys::RequestInit;

/// Changes a run; what it is now.
pub async fn change(id: &str, change: &RunChange) -> Answer<RunView> {
    let request = RequestBuilder::new(&at(&route::run(id)))
        .method(Method::PATCH)
        .header("accept", "application/json, text/*;q=0.9")
        .json(change)
        .map_err(|error| Failure::Unreadable(error.to_string()))?;
    let response = request.send().await.map_err(|_| Failure::Offline)?;
    let text = response.text().await.map_err(|_| Failure::Offline)?;
    if response.ok() {
        return api::read(&text);
    }
    let status = response.status();
    let problem = api::read(&text).unwrap_or_else(|_| {
        let detail = format!("The server answered with status {status}.");
        Problem::new("status", status, "Refused", detail)
    });
    Err(Failure::Refused(Box::new(problem)))
}

/// Sends the deletion of a run in such a way that it outlives the page.
pub fn delete_at_last(id: &str) {
    let request = RequestInit::new();
    request.set_method("DELETE");
    // web-sys has no word for it.
    let kept = js_sys::Reflect::set(&request, &JsValue::from("keepalive"), &JsValue::TRUE);
    if kept.is_ok() {
        // Nobody is left to hear the answer.
        let _ = window().fetch_with_str_and_init(&at(&route::run(id)), &request);
    }
}
