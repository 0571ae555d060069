//! The same run elsewhere: as a command for curl, a script in Python, or a line for the program itself.

use super::Page;
use crate::aside::{Aside, aside};
use crate::base::base;
use crate::view::menu::Menu;
use crate::view::modal::modal;
use leptos::prelude::*;
use leptos_use_clipboard::{UseClipboardReturn, use_clipboard};
use valleyscope_shared::route;
use valleyscope_shared::spec::RunSpec;

/// The languages.
#[derive(Clone, Copy)]
pub enum Kind {
    Curl,
    Python,
    Cli,
}

impl Kind {
    const ALL: [Self; 3] = [Self::Curl, Self::Python, Self::Cli];

    fn title(self) -> &'static str {
        match self {
            Self::Curl => "curl",
            Self::Python => "Python",
            Self::Cli => "Command line",
        }
    }

    /// The text that does the run on the server at `origin`.
    fn text(self, spec: &RunSpec, origin: &str) -> String {
        let json = serde_json::to_string_pretty(spec).unwrap_or_default();
        let path = route::runs();
        match self {
            Self::Curl => format!(
                "curl --fail-with-body -X POST {origin}{path} \\\n  {TOKEN} \\\n  -H 'Content-Type: application/json' \\\n  -d '{}'\n",
                quoted(&json)
            ),
            Self::Python => PYTHON
                .replace("{origin}", origin)
                .replace("{path}", &path)
                .replace("{spec}", &json),
            Self::Cli => format!(
                "cat > spec.json <<'END'\n{json}\nEND\nvalleyscope run spec.json --out result.json\n"
            ),
        }
    }
}

/// The header with the token, where its file is named; a server that asks for none needs none.
const TOKEN: &str =
    r#"${VALLEYSCOPE_TOKEN_FILE:+-H "Authorization: Bearer $(cat "$VALLEYSCOPE_TOKEN_FILE")"}"#;

/// Starts the run, waits for it, and has its readings as arrays.
const PYTHON: &str = r#"import io
import json
import os
import time
import urllib.request

import numpy as np

SERVER = "{origin}"
# The file with the token, where the server asks for one.
TOKEN_FILE = os.environ.get("VALLEYSCOPE_TOKEN_FILE")
SPEC = json.loads(r"""
{spec}
""")


def ask(path, body=None):
    request = urllib.request.Request(SERVER + path, body and json.dumps(body).encode())
    request.add_header("Content-Type", "application/json")
    if TOKEN_FILE:
        token = open(TOKEN_FILE).read().strip()
        request.add_header("Authorization", "Bearer " + token)
    with urllib.request.urlopen(request) as answer:
        return answer.read()


run = json.loads(ask("{path}", SPEC))
here = "{path}/" + run["id"]
print("run", run["id"])
while run["phase"] in ("queued", "running"):
    time.sleep(1)
    run = json.loads(ask(here))
    print(run["phase"], run["done"], "of", run["total"])

arrays = np.load(io.BytesIO(ask(here + "/export.npz")))
kappa = arrays["kappa_tr"]  # passes x points x images
print("kappa_tr", kappa.shape)
print("median at the end %.4g" % np.nanmedian(kappa[0, -1]))
"#;

/// Inside single quotes of a shell.
fn quoted(text: &str) -> String {
    text.replace('\'', r"'\''")
}

/// The menu of languages, and the dialogue that shows the text; it is fetched when it is first opened.
#[component]
pub fn Snippets(page: Page) -> impl IntoView {
    let open = RwSignal::new(None::<Kind>);
    let dialog = modal(open);
    let button = move |kind: Kind| {
        view! { <button on:click=move |_| open.set(Some(kind))>{kind.title()}</button> }
    };
    let snippet = move || {
        let spec = page.spec.get_untracked()?;
        Some(aside(Aside::Snippet(open.get()?, Box::new(spec))))
    };
    view! {
        <Menu label="Copy as".into_any() name="Copy the run as a command">
            {Kind::ALL.map(button).collect_view()}
        </Menu>
        <dialog node_ref=dialog aria-labelledby="snippet-title" on:close=move |_| open.set(None)>
            {snippet}
        </dialog>
    }
}

/// What the dialogue shows; where the browser lets us, it is on the clipboard as well.
#[component]
pub fn Snippet(kind: Kind, spec: RunSpec) -> impl IntoView {
    let UseClipboardReturn {
        is_supported, copy, ..
    } = use_clipboard();
    let origin = window().location().origin().unwrap_or_default() + base();
    let text = kind.text(&spec, &origin);
    let own = text.clone();
    Effect::new(move || {
        if is_supported.get() {
            copy(&own);
        }
    });
    // The clipboard exists only on loopback and under https.
    let copied = move || match is_supported.get() {
        true => "Copied to the clipboard.",
        false => "Select it to copy: the browser gives no clipboard to pages without https.",
    };
    view! {
        <form method="dialog" class="stack">
            <h2 id="snippet-title">"The same run elsewhere"</h2>
            <pre tabindex="0">{text}</pre>
            <p class="small quiet">{copied}</p>
            <p>
                <button class="button">"Close"</button>
            </p>
        </form>
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
        assert!(text.contains(r#""model": "it'\''s""#), "{text}");
        assert!(text.contains("http://127.0.0.1:8080/api/v1/runs"));
    }

    #[test]
    fn every_kind_carries_the_whole_run() {
        for kind in Kind::ALL {
            let text = kind.text(&spec(), "http://x");
            assert!(text.contains("\"epsilon\": \"8/255\""), "{text}");
        }
    }
}
