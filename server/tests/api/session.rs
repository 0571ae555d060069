//! Sessions of browsers: opened with the token, closed by logging out.

use crate::site::{Reply, Site, spec};
use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use valleyscope::auth::{Auth, Names};

pub const TOKEN: &str = "a token of more than sixteen characters";

pub fn closed(public: Option<&str>) -> Site {
    let public = public.map(|public| public.parse().unwrap());
    Site::with(Auth::new(Names::new("127.0.0.1", public), Some(TOKEN)), 100)
}

pub async fn log_in(site: &Site, token: &str) -> Reply {
    let request = Request::post("/login")
        .header("host", "localhost")
        .header("origin", "http://localhost");
    let form = format!("token={}", token.replace(' ', "+"));
    site.send(
        request
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(form))
            .unwrap(),
    )
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_opens_until_it_is_closed() {
    let site = closed(None);
    let reply = log_in(&site, TOKEN).await;
    assert_eq!(
        (reply.status, reply.header("location")),
        (StatusCode::SEE_OTHER, "/")
    );
    let cookie = reply.header("set-cookie").to_owned();
    for part in [
        "; HttpOnly",
        "; SameSite=Strict",
        "; Path=/",
        "; Max-Age=43200",
    ] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Secure") && !cookie.contains(TOKEN));
    let cookie = cookie.split(';').next().unwrap().to_owned();
    assert!(cookie.len() > 40);
    let with = async |method: Method, path: &str, origin: Option<&str>| {
        let mut headers = vec![
            ("cookie", cookie.as_str()),
            ("host", "localhost:8080"),
            ("content-type", "application/json"),
        ];
        headers.extend(origin.map(|origin| ("origin", origin)));
        site.ask(method, path, Some(&spec("plain")), &headers)
            .await
            .status
            .as_u16()
    };
    assert_eq!(with(Method::GET, "/api/v1/runs", None).await, 200);
    assert_eq!(with(Method::POST, "/api/v1/runs", None).await, 403);
    for foreign in ["https://evil.example", "http://localhost:3000", "null"] {
        assert_eq!(
            with(Method::POST, "/api/v1/runs", Some(foreign)).await,
            403,
            "{foreign}"
        );
    }
    assert_eq!(
        with(Method::POST, "/api/v1/runs", Some("http://localhost:8080")).await,
        202
    );
    assert_eq!(
        with(Method::POST, "/logout", Some("http://localhost:8080")).await,
        303
    );
    assert_eq!(with(Method::GET, "/api/v1/runs", None).await, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn under_https_the_cookie_is_secure() {
    let site = closed(Some("https://lab.example"));
    assert!(
        log_in(&site, TOKEN)
            .await
            .header("set-cookie")
            .contains("; Secure")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_tokens_is_slowed_down() {
    let site = closed(None);
    let mut statuses = Vec::new();
    for _ in 0..12 {
        statuses.push(
            log_in(&site, "a guess that is long enough")
                .await
                .status
                .as_u16(),
        );
    }
    assert_eq!(statuses[0], 401);
    assert_eq!(statuses[11], 429, "{statuses:?}");
    let reply = log_in(&site, TOKEN).await;
    assert_eq!(
        (reply.status, reply.header("content-type")),
        (StatusCode::TOO_MANY_REQUESTS, "application/problem+json")
    );
}
