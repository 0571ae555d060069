//! Where a file with weights is dropped, or chosen, and how far its way to the server is.

use crate::api::{Failure, Upload, upload};
use crate::view::notice::Notice;
use crate::view::progress::Bar;
use crate::words;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use valleyscope_shared::adding::{Addition, LARGEST_FILE};
use valleyscope_shared::catalog::DataInfo;
use valleyscope_shared::route;
use wasm_bindgen::JsCast;
use web_sys::{DragEvent, File, HtmlInputElement};

/// A file on its way.
#[derive(Clone, PartialEq)]
struct Sending {
    name: String,
    size: f64,
    sent: f64,
}

/// The place for files, and on which images their candidates are compared.
#[component]
pub fn DropZone(sets: Vec<DataInfo>) -> impl IntoView {
    let set = RwSignal::new(String::new());
    let sending: RwSignal<Option<Sending>> = RwSignal::new(None);
    let failure: RwSignal<Option<String>> = RwSignal::new(None);
    let held: StoredValue<Option<Upload>, LocalStorage> = StoredValue::new_local(None);
    let over = RwSignal::new(false);
    let navigate = use_navigate();
    let send = StoredValue::new_local(move |file: File| {
        failure.set(None);
        if file.size() > LARGEST_FILE as f64 {
            let size = words::bytes(file.size() as u64);
            failure.set(Some(format!(
                "{} has {size}; files up to {} GiB are read.",
                file.name(),
                LARGEST_FILE >> 30
            )));
            return;
        }
        sending.set(Some(Sending {
            name: file.name(),
            size: file.size(),
            sent: 0.0,
        }));
        let navigate = navigate.clone();
        let path = place(&file.name(), &set.get_untracked());
        let on_way = upload::<Addition>(
            &path,
            &file,
            move |sent| {
                sending.update(|now| {
                    if let Some(now) = now {
                        now.sent = sent;
                    }
                })
            },
            move |answer| {
                sending.set(None);
                match answer {
                    Ok(Addition { id, .. }) => {
                        let how = NavigateOptions::default();
                        navigate(&format!("/additions/{id}"), how);
                    }
                    Err(why) => failure.set(Some(why.words())),
                }
            },
        );
        if on_way.is_none() {
            sending.set(None);
            failure.set(Some(Failure::Offline.words()));
        }
        held.set_value(on_way);
    });
    let give_up = move |_| {
        held.set_value(None);
        sending.set(None);
    };
    let dropped = move |event: DragEvent| {
        event.prevent_default();
        over.set(false);
        let files = event.data_transfer().and_then(|transfer| transfer.files());
        if let Some(file) = files.and_then(|files| files.get(0)) {
            send.with_value(|send| send(file));
        }
    };
    let chosen = move |event: leptos::ev::Event| {
        let input = event
            .target()
            .and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        let Some(input) = input else { return };
        if let Some(file) = input.files().and_then(|files| files.get(0)) {
            send.with_value(|send| send(file));
        }
        // The same file may be chosen again.
        input.set_value("");
    };
    let far = move || {
        let far = |now: &Sending| (now.sent, now.size);
        sending
            .with(|now| now.as_ref().map(far))
            .unwrap_or_default()
    };
    let said = move || {
        let said = |now: &Sending| format!("{} is sent", now.name);
        sending
            .with(|now| now.as_ref().map(said))
            .unwrap_or_default()
    };
    let sent = move || {
        let [sent, size] = sending.with(|now| now.as_ref().map(|now| [now.sent, now.size]))?;
        let [sent, size] = [sent, size].map(|bytes| words::bytes(bytes as u64));
        Some(format!("{sent} of {size}"))
    };
    let options = sets.into_iter().filter(|set| set.problem.is_none());
    let options =
        options.map(|set| view! { <option value=set.id.clone()>{set.id.clone()}</option> });
    view! {
        <div
            class="drop stack"
            data-over=move || over.get().then_some("")
            on:dragover=move |event: DragEvent| {
                event.prevent_default();
                over.set(true);
            }
            on:dragleave=move |_| over.set(false)
            on:drop=dropped
        >
            <div class="row">
                <label class="button primary">
                    "Choose a file"
                    <input type="file" class="hidden-text" data-file on:change=chosen />
                </label>
                <span class="quiet">"or drop it here"</span>
            </div>
            <p class="small quiet">
                {format!(
                    "Weights as safetensors or what torch.save wrote, or a whole network as ONNX or .pt2 of torch.export; up to {} GiB. Nothing in the file is executed.",
                    LARGEST_FILE >> 30,
                )}
            </p>
            <label class="inline">
                "Compare candidates on"
                <select on:change:target=move |event| set.set(event.target().value())>
                    <option value="">"the one that fits"</option>
                    {options.collect_view()}
                </select>
            </label>
            <Show when=move || sending.with(Option::is_some)>
                <Bar label="Sending the file" far said left=sent />
                <p>
                    <button class="button" on:click=give_up>
                        "Cancel"
                    </button>
                </p>
            </Show>
            <div role="alert">
                {move || failure.get().map(|words| view! { <Notice kind="bad" words /> })}
            </div>
        </div>
    }
}

/// Where a file is sent, with what is said of it.
fn place(file: &str, set: &str) -> String {
    let encoded = |text: &str| String::from(js_sys::encode_uri_component(text));
    let file = encoded(&file.chars().take(200).collect::<String>());
    match set {
        "" => format!("{}?file={file}", route::models()),
        set => format!("{}?file={file}&data={}", route::models(), encoded(set)),
    }
}
