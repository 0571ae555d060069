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
    log_in_at(site, token, "localhost:8080", "http://localhost:8080").await
}

/// Logs in under this Host, from a page of this origin.
pub async fn log_in_at(site: &Site, token: &str, host: &str, origin: &str) -> Reply {
    let request = Request::post("/login")
        .header("host", host)
        .header("origin", origin)
        .header("content-type", "application/x-www-form-urlencoded");
    let form = format!("token={}", token.replace(' ', "+"));
    site.send(request.body(Body::from(form)).unwrap()).await
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

async fn cookie_of(site: &Site, host: &str, origin: &str) -> String {
    let reply = log_in_at(site, TOKEN, host, origin).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{host} {origin}");
    reply.header("set-cookie").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cookie_is_for_https_only_where_the_page_came_through_https() {
    let site = closed(Some("https://lab.example"));
    let public = cookie_of(&site, "lab.example", "https://lab.example").await;
    assert!(public.contains("; Secure"), "{public}");
    // A proxy may hand on its own name for the server.
    let behind = cookie_of(&site, "127.0.0.1:8080", "https://lab.example").await;
    assert!(behind.contains("; Secure"), "{behind}");
    // On the machine itself there is no https: a cookie for it would never come back, and the login page would.
    let direct = cookie_of(&site, "127.0.0.1:8080", "http://127.0.0.1:8080").await;
    assert!(!direct.contains("Secure"), "{direct}");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_on_one_host_keep_their_sessions_apart() {
    let (one, other) = (closed(None), closed(None));
    let first = cookie_of(&one, "localhost:8080", "http://localhost:8080").await;
    let second = cookie_of(&other, "localhost:8081", "http://localhost:8081").await;
    let name = |cookie: &str| cookie.split('=').next().unwrap().to_owned();
    assert_ne!(name(&first), name(&second));
    // A browser has one jar for both, and sends everything to both.
    let jar = [&first, &second].map(|cookie| cookie.split(';').next().unwrap().to_owned());
    let jar = jar.join("; ");
    for (site, host) in [(&one, "localhost:8080"), (&other, "localhost:8081")] {
        let headers = [("host", host), ("cookie", jar.as_str())];
        let reply = site.ask(Method::GET, "/api/v1/runs", None, &headers).await;
        assert_eq!(reply.status, StatusCode::OK, "{host}");
    }
}
