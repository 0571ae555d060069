//! The gate that every request passes.

use super::tries::Peer;
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
    /// A token that is not the one.
    Wrong,
    Nothing,
}

/// The name that a request is for: host and port, as its sender wrote them.
#[derive(Clone, Debug)]
pub struct Authority(pub String);

/// Refuses requests under two names (400) or a foreign one (421), from a foreign page (403), or without a token where one is needed (401);
/// and wrong tokens, where there were too many (429).
pub async fn guard(Shared(state): Shared<State>, mut request: Request, next: Next) -> Response {
    let auth = &state.auth;
    let asked_for = match authorities(&request) {
        Ok(authorities) => authorities,
        Err(detail) => return refusal("bad-request", 400, "Bad Request", detail),
    };
    let foreign_name = asked_for.iter().find(|name| !auth.names.answers_to(name));
    let authority = match (foreign_name, asked_for.first()) {
        (None, Some(authority)) => authority.clone(),
        (foreign, _) => return misdirected(foreign.map_or("", String::as_str)),
    };
    let shown = if auth.is_closed() {
        credential(&state, request.headers(), &authority)
    } else {
        Shown::NotNeeded
    };
    // Before wrong tokens are counted: a page of another site shall not use up anyone's tries.
    if let Some(refusal) = foreign(&state, &request, &authority, shown) {
        return refusal;
    }
    if shown == Shown::Wrong
        && let Err(wait) = auth.tries.failed(Peer::of(request.extensions()))
    {
        return too_many(wait);
    }
    let access = match shown {
        Shown::NotNeeded | Shown::Bearer | Shown::Cookie => Access::Full,
        Shown::Wrong | Shown::Nothing => Access::Open,
    };
    if access == Access::Open && !is_open(request.uri().path()) {
        return refuse(&state, &request);
    }
    request.extensions_mut().insert(access);
    request.extensions_mut().insert(Authority(authority));
    next.run(request).await
}

fn refusal(kind: &str, status: u16, title: &str, detail: impl Into<String>) -> Response {
    Failure(Problem::new(kind, status, title, detail)).into_response()
}

fn misdirected(authority: &str) -> Response {
    let shown: String = authority.chars().take(80).collect();
    let detail = format!(
        "this server does not answer to the name \"{shown}\"; start it with --host or --public-url to give it that name"
    );
    refusal("misdirected", 421, "Not the name of this server", detail)
}

/// The names that the request is for: that of its first line, which counts where there is one, and that of its Host header.
///
/// # Errors
/// There are several Host headers, of which others on the way may have read another one, or one that is no text.
fn authorities(request: &Request) -> Result<Vec<String>, &'static str> {
    let hosts = request.headers().get_all(header::HOST).iter();
    let hosts = hosts
        .map(HeaderValue::to_str)
        .collect::<Result<Vec<_>, _>>();
    let hosts = hosts.map_err(|_| "the Host header is no plain text")?;
    if hosts.len() > 1 {
        return Err("the request has more than one Host header");
    }
    let of_line = request.uri().authority().map(|name| name.as_str());
    Ok(of_line
        .into_iter()
        .chain(hosts)
        .map(str::to_owned)
        .collect())
}

fn credential(state: &State, headers: &HeaderMap, authority: &str) -> Shown {
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
        .get(&state.auth.names.cookie(authority))
        .is_some_and(|cookie| state.auth.sessions.holds(cookie.value()))
    {
        return Shown::Cookie;
    }
    match bearer {
        Some(_) => Shown::Wrong,
        None => Shown::Nothing,
    }
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
        None => "a request with a session cookie needs an Origin header".to_owned(),
        Some(origin) => {
            let shown: String = origin.unwrap_or_default().chars().take(80).collect();
            format!(
                "the request comes from a page of another site, \"{shown}\"; if that is the address of this server, start it with --public-url"
            )
        }
    };
    Some(refusal("foreign-origin", 403, "Not from this site", detail))
}

fn too_many(wait: u64) -> Response {
    let detail = format!(
        "too many wrong tokens came from this address; the next may be tried in {wait} s, the right one at any time"
    );
    let title = "Too many wrong tokens";
    let mut response = refusal("too-many-tries", 429, title, detail);
    response
        .headers_mut()
        .insert(header::RETRY_AFTER, HeaderValue::from(wait));
    response
}

/// What may be seen without a token.
fn is_open(path: &str) -> bool {
    matches!(path, "/login" | "/login.css" | "/api/v1/health")
        || (path.starts_with("/pkg/") && is_hashed(path))
}

fn refuse(state: &State, request: &Request) -> Response {
    let wants_page = request
        .headers()
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"));
    if request.method() == Method::GET && wants_page && !request.uri().path().starts_with("/api/v1")
    {
        return Redirect::to("/login").into_response();
    }
    let detail = format!(
        "this server asks for a token: send it as \"Authorization: Bearer TOKEN\", or log in at {}",
        state.auth.prefix().address("/login")
    );
    let mut response = refusal("token-needed", 401, "A token is needed", detail);
    response
        .headers_mut()
        .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    response
}
