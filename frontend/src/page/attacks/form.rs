//! The form: model and images, and the attacks to tick.

use super::ask::{Form, estimate_changes, has_epsilon, submission};
use super::costs::Costs;
use crate::view::form::{Field, Input};
use leptos::ev;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use std::sync::Arc;
use valleyscope_shared::catalog::Catalog;
use valleyscope_shared::spec::attack::AttackInfo;

/// The form, which starts as the address or the first model says.
#[component]
pub fn AskForm(catalog: Arc<Catalog>) -> impl IntoView {
    let usable = catalog
        .models
        .iter()
        .filter(|model| model.problem.is_none());
    let models: Vec<(String, String)> = usable
        .map(|model| (model.id.clone(), model.title.clone()))
        .collect();
    let asked = use_query_map().read_untracked().get("model");
    let asked = asked.filter(|asked| models.iter().any(|(id, _)| id == asked));
    let first = || models.first().map(|(id, _)| id.clone());
    let form = Form::new(asked.or_else(first).unwrap_or_default());
    let document = {
        let catalog = catalog.clone();
        Memo::new(move |_| form.document(&catalog))
    };
    estimate_changes(form, document);
    let submission = submission(form);
    let sending = submission.pending();
    let start = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if !sending.get_untracked() {
            submission.dispatch_local(document.get_untracked());
        }
    };
    let choices = |path: bool| {
        let these = catalog.attacks.iter().filter(|info| info.path == path);
        let choice = |info: &AttackInfo| {
            let info = info.clone();
            view! { <Tick form info /> }
        };
        these.map(choice).collect_view()
    };
    let cannot = move || sending.get() || form.ticked.with(Vec::is_empty);
    let words = move || match form.ticked.with(Vec::len) {
        1 => "Start 1 attack".to_owned(),
        count => format!("Start {count} attacks"),
    };
    view! {
        <form class="stack" on:submit=start>
            <fieldset class="group">
                <legend>"Model and images"</legend>
                <div class="fields">
                    <Entry form path="models" title="Model" input=Input::Select(models) value=form.model />
                    <Entry
                        form
                        path="data.count"
                        title="Number of images"
                        help="From the first of the model's own data set."
                        input=line(true)
                        value=form.count
                    />
                    <Entry
                        form
                        path="epsilon"
                        title="Epsilon"
                        help="For every attack that has one, in pixel units; several with commas, such as 2/255, 4/255, 8/255, give a curve by epsilon."
                        input=line(false)
                        value=form.epsilon
                    />
                </div>
            </fieldset>
            <fieldset class="group">
                <legend>"Attacks"</legend>
                <div class="choices">{choices(false)}</div>
                <p class="small quiet">"To compare with, paths that no adversary chooses:"</p>
                <div class="choices">{choices(true)}</div>
            </fieldset>
            <Costs form />
            <p class="row">
                <button class="button primary" type="submit" prop:disabled=cannot>
                    {words}
                </button>
            </p>
        </form>
    }
}

fn line(digits: bool) -> Input {
    Input::Line {
        placeholder: String::new(),
        digits,
    }
}

/// One field of the form.
#[component]
fn Entry(
    form: Form,
    path: &'static str,
    title: &'static str,
    #[prop(optional)] help: &'static str,
    input: Input,
    value: RwSignal<String>,
) -> impl IntoView {
    let write = move |text| value.set(text);
    let error = Signal::derive(move || form.wrong(path));
    view! { <Field path title help input text=value write error /> }
}

/// An attack to tick.
#[component]
fn Tick(form: Form, info: AttackInfo) -> impl IntoView {
    let whole = match has_epsilon(&info) {
        true => info.help,
        false => format!("{} It has no epsilon.", info.help),
    };
    let (own, value) = (info.id.clone(), info.id.clone());
    let ticked = move || form.ticked.with(|ticked| ticked.contains(&own));
    let turn = move |on: bool| {
        form.ticked.update(|ticked| {
            ticked.retain(|id| *id != info.id);
            if on {
                ticked.push(info.id.clone());
            }
        });
    };
    view! {
        <label title=whole>
            <input
                type="checkbox"
                value=value
                prop:checked=ticked
                on:change:target=move |event| turn(event.target().checked())
            />
            {info.title}
        </label>
    }
}
