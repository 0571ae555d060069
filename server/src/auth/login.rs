//! The page where a browser shows the token and gets a session.

use super::guard::Authority;
use super::session::LASTS;
use super::tries::Peer;
use crate::failure::Answer;
use crate::state::State;
use axum::extract::{Form, State as Shared};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Extension, Router};
use axum_extra::extract::CookieJar;
use serde::Deserialize;
use std::time::Duration;
use valleyscope_shared::problem::Problem;

const PAGE: &str = include_str!("login/page.html");
const STYLE: &str = include_str!("login/page.css");

/// `/login`, `/login.css` and `/logout`.
pub fn login_routes() -> Router<State> {
    Router::new()
        .route("/login", get(|| async { page("") }).post(log_in))
        .route(
            "/login.css",
            get(|| async { ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], STYLE) }),
        )
        .route("/logout", post(log_out))
}

fn page(message: &str) -> Html<String> {
    Html(PAGE.replace("{{message}}", message))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Login {
    token: String,
}

async fn log_in(
    Shared(state): Shared<State>,
    Extension(Authority(authority)): Extension<Authority>,
    peer: Peer,
    headers: HeaderMap,
    Form(login): Form<Login>,
) -> Answer<Response> {
    if !state.auth.is_closed() {
        return Ok(Redirect::to("/").into_response());
    }
    if !state.auth.is_token(login.token.trim()) {
        return Ok(match state.auth.tries.failed(peer) {
            Ok(()) => {
                tracing::warn!("a login was refused: wrong token");
                (StatusCode::UNAUTHORIZED, page("That is not the token.")).into_response()
            }
            Err(wait) => {
                let message = format!("Too many wrong tokens; the next may be tried in {wait} s.");
                let wait = [(header::RETRY_AFTER, wait.to_string())];
                (StatusCode::TOO_MANY_REQUESTS, wait, page(&message)).into_response()
            }
        });
    }
    let secret = state.auth.sessions.open().map_err(Problem::from)?;
    let name = state.auth.names.cookie(&authority);
    let cookie = cookie(&state, &headers, &name, &secret, LASTS);
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to("/")).into_response())
}

async fn log_out(
    Shared(state): Shared<State>,
    Extension(Authority(authority)): Extension<Authority>,
    headers: HeaderMap,
    jar: CookieJar,
) -> Response {
    let name = state.auth.names.cookie(&authority);
    if let Some(cookie) = jar.get(&name) {
        state.auth.sessions.close(cookie.value());
    }
    let gone = cookie(&state, &headers, &name, "", Duration::ZERO);
    ([(header::SET_COOKIE, gone)], Redirect::to("/login")).into_response()
}

/// Whether the page that asks was got through https. One that was not would never send a cookie back that is for https only.
fn is_secure(state: &State, headers: &HeaderMap) -> bool {
    match headers.get(header::ORIGIN) {
        Some(origin) => origin.as_bytes().starts_with(b"https://"),
        None => state.auth.names.is_secure(),
    }
}

/// A cookie that no script can read, no other site can send, and no other program on the host gets.
fn cookie(state: &State, headers: &HeaderMap, name: &str, value: &str, lasts: Duration) -> String {
    let secure = match is_secure(state, headers) {
        true => "; Secure",
        false => "",
    };
    let prefix = state.auth.prefix();
    let path = match prefix.as_str() {
        "" => "/",
        prefix => prefix,
    };
    format!(
        "{name}={value}; HttpOnly; SameSite=Strict; Path={path}; Max-Age={}{secure}",
        lasts.as_secs()
    )
}
