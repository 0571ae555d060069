//! Where the server is on its host. A proxy may show it under a path, which the server writes into the page.

use leptos::prelude::*;
use std::sync::OnceLock;
use wasm_bindgen::JsValue;

/// The path before every path of ours, without a slash at its end: mostly empty, `/valleyscope` behind some proxies.
pub fn base() -> &'static str {
    static BASE: OnceLock<String> = OnceLock::new();
    BASE.get_or_init(|| {
        let page = document().document_element();
        let base = page.and_then(|page| page.get_attribute("data-base"));
        base.unwrap_or_default().trim_end_matches('/').to_owned()
    })
}

/// The address of a path of ours, for a link, a picture or a request. Only the router adds the base by itself.
pub fn at(path: &str) -> String {
    format!("{}{path}", base())
}

/// Whoever comes past the proxy, or without the slash at the base's end, goes on at the address that the router knows.
pub fn settle() {
    let location = window().location();
    let Ok(path) = location.pathname() else {
        return;
    };
    let Some(path) = settled(base(), &path) else {
        return;
    };
    let search = location.search().unwrap_or_default();
    let hash = location.hash().unwrap_or_default();
    let address = format!("{path}{search}{hash}");
    if let Ok(history) = window().history() {
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&address));
    }
}

/// The path below the base, for one that is not there yet.
fn settled(base: &str, path: &str) -> Option<String> {
    match path.strip_prefix(base) {
        Some("") => Some(format!("{base}/")),
        Some(rest) if rest.starts_with('/') => None,
        _ => Some(format!("{base}{path}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    /// What may take a path of ours as it is: the router, and what adds the base.
    const TAKERS: [&str; 4] = ["at(", "navigate(", "go(", "path!("];

    fn sources(folder: &Path, found: &mut Vec<(String, String)>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, found);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let text = text.split("#[cfg(test)]").next().unwrap_or_default();
            found.push((path.display().to_string(), text.to_owned()));
        }
    }

    /// The text before each place where `what` stands.
    fn before<'a>(text: &'a str, what: &str) -> Vec<&'a str> {
        let places = text.match_indices(what);
        places.map(|(place, _)| text[..place].trim_end()).collect()
    }

    fn is_taken(before: &str) -> bool {
        let before = before.strip_suffix("format!(").unwrap_or(before);
        let before = before.trim_end().trim_end_matches('&');
        TAKERS.iter().any(|taker| before.ends_with(taker))
    }

    /// The paths of a source that neither the router nor `at` gets.
    fn bare(text: &str) -> usize {
        let letters = ('a'..='z').map(|letter| format!("\"/{letter}"));
        let literals = letters.flat_map(|start| before(text, &start));
        let made = ["route::", "definition::page(", "definition::warning("];
        let made = made.iter().flat_map(|call| before(text, call));
        let attribute = |before: &&str| before.ends_with("href=") || before.ends_with("src=");
        literals.filter(|before| !is_taken(before)).count()
            + before(text, "\"/\"").into_iter().filter(attribute).count()
            + made.filter(attribute).count()
    }

    #[test]
    fn every_link_has_the_base() {
        let mut found = Vec::new();
        sources(
            &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
            &mut found,
        );
        assert!(found.len() > 50, "{}", found.len());
        for (path, text) in found {
            // The place of a file, and a part of a script in another language.
            let text = text.replace("\"/formulas.rs\"", "");
            let text = text.replace("\"/export.npz\"", "");
            assert_eq!(bare(&text), 0, "{path}: a path without `at`");
        }
    }

    #[test]
    fn a_link_without_the_base_is_found() {
        for (text, count) in [
            (r#"<a href="/runs">"#, 1),
            (r#"<a href=at("/runs")>"#, 0),
            (r#"<a href=format!("/runs/{id}")>"#, 1),
            (r#"<a href=at(&format!("/runs/{id}"))>"#, 0),
            (r#"<a href="/">"#, 1),
            ("<img src=route::image(id)>", 1),
            (r#"navigate("/new", options)"#, 0),
        ] {
            assert_eq!(bare(text), count, "{text}");
        }
    }

    #[test]
    fn an_address_past_the_proxy_gets_the_base() {
        for (path, goes_to) in [
            ("/lab", Some("/lab/")),
            ("/lab/", None),
            ("/lab/runs/x", None),
            ("/", Some("/lab/")),
            ("/runs", Some("/lab/runs")),
            ("/laboratory", Some("/lab/laboratory")),
        ] {
            assert_eq!(settled("/lab", path).as_deref(), goes_to, "{path}");
        }
        assert_eq!(settled("", "/runs"), None);
    }
}
