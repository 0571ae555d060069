//! The form: model and images, and the attacks to tick.

use super::ask::{Form, estimate_changes, has_epsilon, submission};
use super::costs::Costs;
use super::own::OwnSettings;
use crate::page::new::described::input;
use crate::page::new::fields::of_corrupted;
use crate::view::data_sets::data_sets;
use crate::view::form::{Field, Input};
use leptos::ev;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use std::sync::Arc;
use valleyscope_shared::catalog::Catalog;
use valleyscope_shared::field;
use valleyscope_shared::fit::Fit;
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
    let form = Form::new(&catalog, asked.or_else(first).unwrap_or_default());
    let choose_model = {
        let catalog = catalog.clone();
        move |id: String| form.choose_model(&catalog, id)
    };
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
                    <Field
                        path="models"
                        title="Model"
                        help="The network under all attacks."
                        input=Input::Select(models)
                        text=form.model
                        write=choose_model
                        error=Signal::derive(move || form.wrong("models"))
                    />
                    <Data form catalog=catalog.clone() />
                    <Entry
                        form
                        path="data.first"
                        title="First image"
                        help="Its index in the data set, from 0."
                        input=line(true)
                        value=form.first
                    />
                    <Entry
                        form
                        path="data.count"
                        title="Number of images"
                        help="The same ones for all attacks."
                        input=line(true)
                        value=form.count
                    />
                    <Entry
                        form
                        path="seed"
                        title="Seed"
                        help="Of everything random; several with commas give a pass each, of attacks that have something random."
                        input=line(false)
                        value=form.seed
                    />
                    <Entry
                        form
                        path="epsilon"
                        title="Epsilon"
                        help="For every attack that has one and no epsilon of its own below, in pixel units; several with commas, such as 2/255, 4/255, 8/255, give a curve by epsilon."
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
            <OwnSettings form catalog=catalog.clone() />
            <Costs form />
            <p class="row">
                <button class="button primary" type="submit" prop:disabled=cannot>
                    {words}
                </button>
            </p>
        </form>
    }
}

/// The data set, those that suit the model first, and the permission that one of other classes needs.
#[component]
fn Data(form: Form, catalog: Arc<Catalog>) -> impl IntoView {
    let known = catalog.clone();
    let all = catalog.clone();
    let corrupted = move || {
        let set = form.set.get();
        let corrupted = all.data_set(&set)?.corrupted.as_ref()?;
        let texts = [form.corruption, form.severity];
        let fields = of_corrupted(corrupted).into_iter().zip(texts);
        let field = |(field, text): (field::Field, RwSignal<String>)| {
            let path = field.id.clone();
            let input = input(&path, &field, &[]);
            let error = Signal::derive({
                let path = path.clone();
                move || form.wrong(&path)
            });
            let write = move |words| text.set(words);
            view! { <Field path title=field.title help=field.help input text write error /> }
        };
        Some(fields.map(field).collect_view())
    };
    let other = Memo::new(move |_| {
        let (model, set) = (form.model.get(), form.set.get());
        match form.fit(&known, &model, &set) {
            Some(Fit::OtherClasses(difference)) => Some(difference),
            _ => None,
        }
    });
    let set = move || {
        view! {
            <Field
                path="data.set"
                title="Data set"
                help="Where the images come from; those that suit the model stand first."
                input=Input::Select(data_sets(&catalog, &form.model.get()))
                text=form.set
                write=move |id| form.choose_set(id)
                error=Signal::derive(move || form.wrong("data.set"))
            />
        }
    };
    let allow = move || {
        let help = format!(
            "{}. Labels are compared by their place in the lists.",
            other.get()?
        );
        Some(view! {
            <Field
                path="data.allow_other_classes"
                title="Attack images of other classes"
                help
                input=Input::Flag
                text=form.allow
                write=move |text| form.allow.set(text)
            />
        })
    };
    view! {
        {set}
        {corrupted}
        {allow}
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
