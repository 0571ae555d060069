//! What the form asks of the server: what a batch would take, and the batch itself.

use crate::api::{self, Failure};
use crate::clock::sleep;
use crate::lean::{effect, memo};
use crate::load::Load;
use crate::router::Router;
use crate::signal::{RwSignal, StoredValue};
use leptos::task::spawn_local;
use serde_json::{Map, Value, json};
use valleyscope_shared::catalog::{Catalog, DataInfo};
use valleyscope_shared::route;
use valleyscope_shared::spec::attack::AttackInfo;

/// A pause in typing of this length asks for an estimate.
const PAUSE_MS: i32 = 300;

/// What the form holds.
#[derive(Clone, Copy)]
pub(super) struct Form {
    pub model: RwSignal<String>,
    pub count: RwSignal<String>,
    pub epsilon: RwSignal<String>,
    pub ticked: RwSignal<Vec<String>>,
    /// The estimate, or why there is none.
    pub known: RwSignal<Load<Value>>,
    pub sending: RwSignal<bool>,
}

impl Form {
    /// What is wrong with a field.
    pub fn wrong(self, field: &str) -> Option<String> {
        self.known.with(|known| match known {
            Load::Failed(failure) => errors(failure)
                .find(|(path, _)| *path == field)
                .map(|(_, message)| message.to_owned()),
            _ => None,
        })
    }

    fn document(self, catalog: &Catalog) -> Value {
        let model = self.model.get();
        let shape = catalog.model(&model);
        let trained = shape.and_then(|model| model.data.clone());
        let fits = |set: &&DataInfo| {
            shape.is_some_and(|model| model.input_shape == set.shape) && set.problem.is_none()
        };
        let sets = || catalog.data_sets.iter().filter(fits);
        let set = sets()
            .find(|set| Some(&set.id) == trained.as_ref())
            .or_else(|| sets().next());
        let epsilon = epsilon(&self.epsilon.get());
        let ticked = self.ticked.get();
        // In the order of the list, whatever was ticked first.
        let chosen = catalog
            .attacks
            .iter()
            .filter(|info| ticked.contains(&info.id));
        let attacks: Vec<Value> = chosen
            .map(|info| {
                let mut parameters = Map::new();
                if has_epsilon(info) {
                    parameters.insert("epsilon".to_owned(), epsilon.clone());
                }
                json!({ info.id.as_str(): parameters })
            })
            .collect();
        let count = self.count.get();
        let count = count
            .trim()
            .parse::<u64>()
            .map_or_else(|_| json!(count), |count| json!(count));
        json!({
            "models": [model],
            "attacks": attacks,
            "data": { "set": set.map(|set| set.id.as_str()).unwrap_or_default(), "count": count },
            "keep_examples": 8,
        })
    }
}

/// Whether the epsilon of the form holds for it.
pub(super) fn has_epsilon(info: &AttackInfo) -> bool {
    info.fields.iter().any(|field| field.id == "epsilon")
}

/// What is wrong, by the form's fields: an epsilon of any attack is the one epsilon of the form.
fn errors(failure: &Failure) -> impl Iterator<Item = (&str, &str)> {
    let errors = match failure {
        Failure::Refused(problem) => problem.errors.as_slice(),
        _ => &[],
    };
    errors.iter().map(|error| {
        let path = error.path.as_str();
        let field = match path {
            _ if path.contains(".epsilon") => "epsilon",
            _ if path.starts_with("models") => "models",
            path => path,
        };
        (field, error.message.as_str())
    })
}

/// What is wrong with no field of the form, if anything.
pub(super) fn elsewhere(failure: &Failure) -> Option<String> {
    let mut words = Vec::new();
    let mut any = false;
    for (field, message) in errors(failure) {
        any = true;
        match field {
            "epsilon" | "models" | "data.count" => {}
            "attacks" => words.push(format!("Attacks: {message}")),
            other => words.push(format!("{other}: {message}")),
        }
    }
    match any {
        true => (!words.is_empty()).then(|| words.join("; ")),
        false => Some(failure.words()),
    }
}

/// An epsilon as JSON: one, or a list.
fn epsilon(text: &str) -> Value {
    let parts: Vec<Value> = text
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(|part| {
            part.parse::<serde_json::Number>()
                .map_or_else(|_| json!(part), Value::Number)
        })
        .collect();
    match parts.as_slice() {
        [one] => one.clone(),
        _ => Value::Array(parts),
    }
}

/// Asks what the form's batch would take, whenever it changes.
pub(super) fn estimated(form: Form, catalog: &Catalog) {
    let catalog = catalog.clone();
    let asked = StoredValue::new(0_u32);
    let document = memo(move || form.document(&catalog));
    effect(move || {
        let body = Some(crate::json::write(&document.get()));
        asked.update_value(|count| *count += 1);
        let ticket = asked.get_value();
        spawn_local(async move {
            sleep(PAUSE_MS).await;
            if asked.try_get_value() != Some(ticket) {
                return;
            }
            let answer = api::post::<Value>(&route::estimate_batch(), body).await;
            if asked.try_get_value() == Some(ticket) {
                form.known.try_set(answer.into());
            }
        });
    });
}

/// Starts the batch and shows its page.
pub(super) fn submit(form: Form, catalog: &Catalog, router: Router) {
    if form.sending.get_untracked() {
        return;
    }
    form.sending.set(true);
    let body = Some(crate::json::write(&form.document(catalog)));
    spawn_local(async move {
        let answer = api::create::<Value>(&route::batches(), body, &api::fresh_key()).await;
        form.sending.try_set(false);
        match answer {
            Ok(batch) => router.go(&format!(
                "/batches/{}",
                batch["id"].as_str().unwrap_or_default()
            )),
            Err(failure) => {
                form.known.try_set(Load::Failed(failure));
            }
        }
    });
}
