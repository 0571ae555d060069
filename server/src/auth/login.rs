//! The page where a browser shows the token and gets a session.

use super::session::{COOKIE, LASTS};
use crate::failure::Answer;
use crate::state::State;
use axum::Router;
use axum::extract::{ConnectInfo, Form, State as Shared};
use axum::http::{Request, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum_extra::extract::CookieJar;
use serde::Deserialize;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;
use tower_governor::GovernorLayer;
use tower_governor::errors::GovernorError;
use tower_governor::governor::GovernorConfigBuilder;
use tower_governor::key_extractor::KeyExtractor;
use valleyscope_shared::problem::Problem;

const PAGE: &str = include_str!("login/page.html");
const STYLE: &str = include_str!("login/page.css");

/// Tries in a row before one must wait.
const TRIES: u32 = 8;
/// The wait for one more try.
const WAIT: Duration = Duration::from_secs(5);

/// `/login`, `/login.css` and `/logout`.
pub fn login_routes() -> Router<State> {
    let limit = GovernorConfigBuilder::default()
        .key_extractor(Peer)
        .burst_size(TRIES)
        .period(WAIT)
        .finish();
    let mut enter = post(log_in);
    if let Some(limit) = limit {
        enter = enter.layer(GovernorLayer::new(limit));
    }
    Router::new()
        .route("/login", get(|| async { page("") }).merge(enter))
        .route(
            "/login.css",
            get(|| async { ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], STYLE) }),
        )
        .route("/logout", post(log_out))
}

/// Tries are counted by the address they come from; behind a proxy that is one address for all.
#[derive(Clone, Copy, Debug)]
struct Peer;

impl KeyExtractor for Peer {
    type Key = IpAddr;

    fn extract<T>(&self, request: &Request<T>) -> Result<IpAddr, GovernorError> {
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
        Ok(peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip()))
    }
}

fn page(message: &str) -> Html<String> {
    Html(PAGE.replace("{{message}}", message))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Login {
    token: String,
}

async fn log_in(Shared(state): Shared<State>, Form(login): Form<Login>) -> Answer<Response> {
    if !state.auth.is_closed() {
        return Ok(Redirect::to("/").into_response());
    }
    if !state.auth.is_token(login.token.trim()) {
        tracing::warn!("a login was refused: wrong token");
        return Ok((StatusCode::UNAUTHORIZED, page("That is not the token.")).into_response());
    }
    let secret = state.auth.sessions.open().map_err(Problem::from)?;
    let cookie = cookie(&secret, LASTS, state.auth.names.is_secure());
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to("/")).into_response())
}

async fn log_out(Shared(state): Shared<State>, jar: CookieJar) -> Response {
    if let Some(cookie) = jar.get(COOKIE) {
        state.auth.sessions.close(cookie.value());
    }
    let gone = cookie("", Duration::ZERO, state.auth.names.is_secure());
    ([(header::SET_COOKIE, gone)], Redirect::to("/login")).into_response()
}

/// A cookie that no script can read and no other site can send.
fn cookie(value: &str, lasts: Duration, secure: bool) -> String {
    let secure = if secure { "; Secure" } else { "" };
    format!(
        "{COOKIE}={value}; HttpOnly; SameSite=Strict; Path=/; Max-Age={}{secure}",
        lasts.as_secs()
    )
}
