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
