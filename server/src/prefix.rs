//! The path under which a proxy shows the server: `/valleyscope` of `https://lab.example/valleyscope`.
//!
//! A proxy may hand it on or take it away, so requests are answered with it and without it.
//! Inside there are only paths without it, and what is written for browsers and scripts gets it.

use axum::Router;
use axum::http::{HeaderValue, header};
use axum::middleware::map_response;
use axum::response::Response;
use std::str::FromStr;

/// What the server's own paths begin with. Where the prefix began so too, a request would not tell whether a proxy took it away.
const OWN: [&str; 5] = ["api", "pkg", "login", "login.css", "logout"];

/// A path without a slash at its end; empty where the server has its host to itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prefix(String);

impl Prefix {
    /// Whether the server has its host to itself.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The prefix itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A path of ours as it is seen from outside.
    pub fn address(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }

    /// A text in HTML, with every path in its attributes as it is seen from outside.
    pub fn in_html(&self, html: &str) -> String {
        html.replace("=\"/", &format!("=\"{}/", self.0))
    }

    /// Answers with the prefix and without it, and puts it into the addresses that answers lead to.
    pub fn mount(self, app: Router) -> Router {
        if self.is_empty() {
            return app;
        }
        Router::new()
            .nest_service(self.as_str(), app.clone())
            .fallback_service(app)
            .layer(map_response(move |answer: Response| {
                let answer = self.lead(answer);
                async { answer }
            }))
    }

    fn lead(&self, mut answer: Response) -> Response {
        let location = answer.headers().get(header::LOCATION);
        let path = location.and_then(|location| location.to_str().ok());
        let path = path.filter(|path| path.starts_with('/') && !path.starts_with("//"));
        let outside = path.map(|path| HeaderValue::try_from(self.address(path)));
        if let Some(Ok(outside)) = outside {
            answer.headers_mut().insert(header::LOCATION, outside);
        }
        answer
    }
}

impl FromStr for Prefix {
    type Err = String;

    fn from_str(path: &str) -> Result<Self, String> {
        let path = path.trim_end_matches('/');
        if path.is_empty() {
            return Ok(Self::default());
        }
        let parts: Vec<&str> = path.split('/').skip(1).collect();
        if !path.starts_with('/') || !parts.iter().all(|part| is_plain(part)) {
            return Err(
                "its path may have letters, digits, \"-\", \"_\", \".\" and \"~\" between single slashes"
                    .to_owned(),
            );
        }
        match parts.first().filter(|first| OWN.contains(first)) {
            Some(first) => Err(format!(
                "its path begins with /{first}, as paths of the server itself do"
            )),
            None => Ok(Self(path.to_owned())),
        }
    }
}

/// Whether a part of a path is the same in an address, in a cookie, in a pattern of the router and in HTML.
fn is_plain(part: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    !matches!(part, "" | "." | "..") && part.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prefix(path: &str) -> Prefix {
        path.parse().unwrap_or_default()
    }

    #[test]
    fn a_prefix_is_a_plain_path_that_is_none_of_ours() {
        for (path, known) in [
            ("", ""),
            ("/", ""),
            ("/a/", "/a"),
            ("/a-b_c.d~/E2", "/a-b_c.d~/E2"),
        ] {
            assert_eq!(
                path.parse::<Prefix>().map(|prefix| prefix.0),
                Ok(known.to_owned())
            );
        }
        for wrong in [
            "a", "//a", "/a//b", "/a b", "/{a}", "/a?b", "/%61", "/..", "/a/./b", "/api",
            "/login/x",
        ] {
            assert!(wrong.parse::<Prefix>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn paths_in_html_get_it_and_all_else_stays() {
        let html = r##"<a href="/x"> <a href="https://x/y"> <a href="#z"> <p title="a /b"> <html data-base="/">"##;
        let seen = r##"<a href="/v/x"> <a href="https://x/y"> <a href="#z"> <p title="a /b"> <html data-base="/v/">"##;
        assert_eq!(prefix("/v").in_html(html), seen);
        assert_eq!(prefix("").in_html(html), html);
    }
}
