//! The same run elsewhere: as a command for curl, a script in Python, or a line for the program itself.

use crate::api;
use crate::dom::{Place, View};
use crate::signal::RwSignal;
use leptos::prelude::*;
use leptos::task::spawn_local;
use valleyscope_markup::html;
use valleyscope_shared::route;
use valleyscope_shared::spec::RunSpec;
use wasm_bindgen_futures::JsFuture;
use web_sys::HtmlDialogElement;

/// The languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Curl,
    Python,
    Cli,
}

impl Kind {
    pub const ALL: [Self; 3] = [Self::Curl, Self::Python, Self::Cli];

    pub fn title(self) -> &'static str {
        match self {
            Self::Curl => "curl",
            Self::Python => "Python",
            Self::Cli => "Command line",
        }
    }

    /// The text that does the run on the server at `origin`.
    pub fn text(self, spec: &RunSpec, origin: &str) -> String {
        let json = api::body(spec).unwrap_or_default();
        let path = route::runs();
        match self {
            Self::Curl => format!(
                "curl --fail-with-body -X POST {origin}{path} \\\n  -H 'Content-Type: application/json' \\\n  -d '{}'\n",
                quoted(&json)
            ),
            Self::Python => format!(
                "import json\nimport urllib.request\n\nspec = json.loads(r'''{json}''')\nrequest = urllib.request.Request(\n    \"{origin}{path}\",\n    json.dumps(spec).encode(),\n    {{\"Content-Type\": \"application/json\"}},\n)\nwith urllib.request.urlopen(request) as answer:\n    print(json.load(answer)[\"id\"])\n"
            ),
            Self::Cli => format!(
                "cat > spec.json <<'END'\n{json}\nEND\nvalleyscope run spec.json --out result.json\n"
            ),
        }
    }
}

/// Inside single quotes of a shell.
fn quoted(text: &str) -> String {
    text.replace('\'', r"'\''")
}

/// Puts the text on the clipboard where the browser lets us, and shows it.
pub fn take(kind: Kind, spec: &RunSpec, text: RwSignal<String>, dialog: Place<HtmlDialogElement>) {
    let origin = window().location().origin().unwrap_or_default();
    let words = kind.text(spec, &origin);
    text.set(words.clone());
    if let Some(dialog) = dialog.get_untracked() {
        let _ = dialog.show_modal();
    }
    // The clipboard exists only on loopback and under https.
    if window().is_secure_context() {
        let written = window().navigator().clipboard().write_text(&words);
        spawn_local(async move {
            let _ = JsFuture::from(written).await;
        });
    }
}

/// The dialogue that shows the text.
pub fn dialog(text: RwSignal<String>, dialog: Place<HtmlDialogElement>) -> View {
    let copied = if window().is_secure_context() {
        "Copied to the clipboard."
    } else {
        "Select it to copy: the browser gives no clipboard to pages without https."
    };
    html! {
        <dialog node_ref=dialog aria-labelledby="snippet-title">
            <form method="dialog" class="stack">
                <h2 id="snippet-title">"The same run elsewhere"</h2>
                <pre tabindex="0">{move || text.get()}</pre>
                <p class="small quiet">{copied}</p>
                <p>
                    <button class="button">"Close"</button>
                </p>
            </form>
        </dialog>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec() -> RunSpec {
        let text = r#"{"model":"it's","data":{"set":"s"},"attack":{"pgd":{}}}"#;
        RunSpec::from_json(text).unwrap()
    }

    #[test]
    fn a_quote_does_not_end_the_shells_text() {
        let text = Kind::Curl.text(&spec(), "http://127.0.0.1:8080");
        assert!(text.contains(r#""model":"it'\''s""#), "{text}");
        assert!(text.contains("http://127.0.0.1:8080/api/v1/runs"));
    }

    #[test]
    fn every_kind_carries_the_whole_run() {
        for kind in Kind::ALL {
            let text = kind.text(&spec(), "http://x");
            assert!(text.contains("\"epsilon\":\"8/255\""), "{text}");
        }
    }
}
