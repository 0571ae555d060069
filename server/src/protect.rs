//! What every answer has: security headers, and a problem document where it is an error.

use crate::failure::{Failure, PROBLEM_JSON};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use valleyscope_shared::problem::Problem;

/// The headers that every answer carries, whatever it is.
pub const SECURITY_HEADERS: [(HeaderName, &str); 6] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src 'self' data: blob:; object-src 'none'; \
         base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    // "same-origin" and not "no-referrer": with the latter, browsers send forms with the origin "null".
    (header::REFERRER_POLICY, "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
];

/// What a figure may do that is opened by itself: nothing but show the letters that it brings along.
pub const FIGURE_POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; font-src data:; frame-ancestors 'none'";

/// Adds the security headers.
pub async fn add_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers: &mut HeaderMap = response.headers_mut();
    for (name, value) in SECURITY_HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    let svg = |kind: &HeaderValue| kind.as_bytes().starts_with(b"image/svg+xml");
    if headers.get(header::CONTENT_TYPE).is_some_and(svg) {
        let policy = HeaderValue::from_static(FIGURE_POLICY);
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    // What the API says may change at any time, unless a route says otherwise.
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}

/// Gives errors that came without words (an unknown path, a wrong method, a body too large) a problem document.
pub async fn explain(request: Request, next: Next) -> Response {
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let response = next.run(request).await;
    let status = response.status();
    let explained = |headers: &HeaderMap| {
        headers
            .get(header::CONTENT_TYPE)
            .is_some_and(|kind| kind == PROBLEM_JSON || kind.as_bytes().starts_with(b"text/html"))
    };
    if !(status.is_client_error() || status.is_server_error()) || explained(response.headers()) {
        return response;
    }
    let mut answer = Failure(problem(status, &method, &path)).into_response();
    for name in [header::ALLOW, header::RETRY_AFTER, header::WWW_AUTHENTICATE] {
        if let Some(value) = response.headers().get(&name) {
            answer.headers_mut().insert(name, value.clone());
        }
    }
    answer
}

fn problem(status: StatusCode, method: &Method, path: &str) -> Problem {
    let shown: String = path.chars().take(200).collect();
    let (kind, detail) = match status {
        StatusCode::NOT_FOUND => ("not-found", format!("there is nothing at {shown}")),
        StatusCode::METHOD_NOT_ALLOWED => (
            "method-not-allowed",
            format!("{shown} does not take {method}; the Allow header lists what it takes"),
        ),
        StatusCode::REQUEST_TIMEOUT => ("timeout", "the answer took too long".to_owned()),
        StatusCode::PAYLOAD_TOO_LARGE => ("too-large", "the body is larger than 2 MiB".to_owned()),
        StatusCode::TOO_MANY_REQUESTS => (
            "too-many-requests",
            "too many requests; wait a while, then try again".to_owned(),
        ),
        StatusCode::UPGRADE_REQUIRED => (
            "upgrade-required",
            "this request must be a websocket upgrade".to_owned(),
        ),
        status if status.is_server_error() => (
            "internal",
            "something went wrong inside the server; its log says what".to_owned(),
        ),
        _ => (
            "bad-request",
            format!("the request to {shown} cannot be understood"),
        ),
    };
    Problem::new(
        kind,
        status.as_u16(),
        status.canonical_reason().unwrap_or("Error"),
        detail,
    )
}
