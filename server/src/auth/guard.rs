//! The gate that every request passes.

use super::session::COOKIE;
use crate::failure::Failure;
use crate::page::is_hashed;
use crate::state::State;
use axum::extract::{Request, State as Shared};
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use valleyscope_shared::problem::Problem;

/// Whether whoever asks may see everything, or only what is open to all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Everything: no token is needed, or it was shown.
    Full,
    /// The login page, hashed files, a bare health answer.
    Open,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    NotNeeded,
    Bearer,
    Cookie,
    Nothing,
}

/// Refuses requests under a foreign name (421), without a token where one is needed (401), or from a foreign page (403).
pub async fn guard(Shared(state): Shared<State>, mut request: Request, next: Next) -> Response {
    let auth = &state.auth;
    let authority = authority(&request);
    if !auth.names.answers_to(&authority) {
        let shown: String = authority.chars().take(80).collect();
        let detail = format!(
            "this server does not answer to the name \"{shown}\"; start it with --host or --public-url to give it that name"
        );
        return Failure(Problem::new(
            "misdirected",
            421,
            "Not the name of this server",
            detail,
        ))
        .into_response();
    }
    let shown = if auth.is_closed() {
        credential(&state, request.headers())
    } else {
        Shown::NotNeeded
    };
    if let Some(refusal) = foreign(&state, &request, &authority, shown) {
        return refusal;
    }
    let access = if shown == Shown::Nothing {
        Access::Open
    } else {
        Access::Full
    };
    if access == Access::Open && !is_open(request.uri().path()) {
        return refuse(&request);
    }
    request.extensions_mut().insert(access);
    next.run(request).await
}

/// The name that the request is for.
fn authority(request: &Request) -> String {
    let host = request
        .headers()
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let of_uri = request
        .uri()
        .authority()
        .map(|authority| authority.as_str());
    host.or(of_uri).unwrap_or_default().to_owned()
}

fn credential(state: &State, headers: &HeaderMap) -> Shown {
    let authorization = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let bearer = authorization.and_then(|value| {
        value
            .strip_prefix("Bearer ")
            .or_else(|| value.strip_prefix("bearer "))
    });
    if bearer.is_some_and(|token| state.auth.is_token(token.trim())) {
        return Shown::Bearer;
    }
    let jar = CookieJar::from_headers(headers);
    if jar
        .get(COOKIE)
        .is_some_and(|cookie| state.auth.sessions.holds(cookie.value()))
    {
        return Shown::Cookie;
    }
    Shown::Nothing
}

/// Requests that change something or open a websocket must come from our own pages, where they come from a page at all.
fn foreign(state: &State, request: &Request, authority: &str, shown: Shown) -> Option<Response> {
    let upgrades = request.headers().contains_key(header::UPGRADE);
    let reads = matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    if reads && !upgrades {
        return None;
    }
    let detail = match request
        .headers()
        .get(header::ORIGIN)
        .map(HeaderValue::to_str)
    {
        Some(Ok(origin)) if state.auth.names.is_own(origin, authority) => return None,
        // Only a browser sends cookies by itself, and a browser says where from.
        None if shown != Shown::Cookie => return None,
        None => "a request with a session cookie needs an Origin header",
        Some(_) => "the request comes from a page of another site",
    };
    Some(
        Failure(Problem::new(
            "foreign-origin",
            403,
            "Not from this site",
            detail,
        ))
        .into_response(),
    )
}

/// What may be seen without a token.
fn is_open(path: &str) -> bool {
    matches!(path, "/login" | "/login.css" | "/api/v1/health")
        || (path.starts_with("/pkg/") && is_hashed(path))
}

fn refuse(request: &Request) -> Response {
    let wants_page = request
        .headers()
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"));
    if request.method() == Method::GET && wants_page && !request.uri().path().starts_with("/api/v1")
    {
        return Redirect::to("/login").into_response();
    }
    let detail = "this server asks for a token: send it as \"Authorization: Bearer TOKEN\", or log in at /login";
    let mut response = Failure(Problem::new(
        "token-needed",
        401,
        "A token is needed",
        detail,
    ))
    .into_response();
    response
        .headers_mut()
        .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    response
}
