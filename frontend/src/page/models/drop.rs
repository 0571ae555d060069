//! Where a file with weights is dropped, or chosen, and how far its way to the server is.

use crate::api::{Failure, Upload, upload};
use crate::view::notice::Notice;
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
pub fn Drop(sets: Vec<DataInfo>) -> impl IntoView {
    let set = RwSignal::new(String::new());
    let sending: RwSignal<Option<Sending>> = RwSignal::new(None);
    let failure: RwSignal<Option<Failure>, LocalStorage> = RwSignal::new_local(None);
    let held: StoredValue<Option<Upload>, LocalStorage> = StoredValue::new_local(None);
    let over = RwSignal::new(false);
    let navigate = use_navigate();
    let send = StoredValue::new_local(move |file: File| {
        failure.set(None);
        if file.size() > LARGEST_FILE as f64 {
            let size = words::bytes(file.size() as u64);
            failure.set(Some(Failure::Unreadable(format!(
                "{} has {size}; files up to {} are read",
                file.name(),
                words::bytes(LARGEST_FILE)
            ))));
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
                    Err(why) => failure.set(Some(why)),
                }
            },
        );
        if on_way.is_none() {
            sending.set(None);
            failure.set(Some(Failure::Offline));
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
                    "Weights as safetensors, or what torch.save wrote, up to {} GiB. Nothing in the file is executed.",
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
            {move || sending.get().map(|now| view! { <Sent now /> <p><button class="button" on:click=give_up>"Cancel"</button></p> })}
            {move || failure.get().map(|why| view! { <div role="alert"><Notice kind="bad" words=why.words() /></div> })}
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

#[component]
fn Sent(now: Sending) -> impl IntoView {
    let share = now.sent / now.size.max(1.0);
    view! {
        <div class="progress">
            <div class="bar" role="progressbar" aria-label="Sending the file" aria-valuemin="0" aria-valuemax="100" aria-valuenow=format!("{:.0}", 100.0 * share)>
                <div style:transform=format!("scaleX({share:.4})")></div>
            </div>
            <div class="row spread small quiet">
                <span>{format!("{} is sent", now.name)}</span>
                <span>{format!("{} of {}", words::bytes(now.sent as u64), words::bytes(now.size as u64))}</span>
            </div>
        </div>
    }
}
