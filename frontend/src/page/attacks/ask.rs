//! What the form asks of the server: what a batch would take, and the batch itself.

use crate::api::{self, Answer, Failure};
use crate::clock::sleep;
use crate::page::new::draft::read;
use leptos::prelude::*;
use leptos::task::spawn_local_scoped_with_cancellation;
use leptos_router::hooks::use_navigate;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use valleyscope_shared::batch::{BatchEstimate, BatchView};
use valleyscope_shared::catalog::Catalog;
use valleyscope_shared::field::Field;
use valleyscope_shared::fit::Fit;
use valleyscope_shared::route;
use valleyscope_shared::spec::attack::AttackInfo;

/// What is ticked at first: cheap, strong, and one of each kind.
const FIRST: [&str; 4] = ["fgsm", "pgd", "mi_fgsm", "apgd"];
/// A pause in typing of this length asks for an estimate.
const PAUSE_MS: u32 = 300;

/// What the form holds.
#[derive(Clone, Copy)]
pub struct Form {
    pub model: RwSignal<String>,
    pub set: RwSignal<String>,
    /// Whether images of other classes than the model's are meant.
    pub allow: RwSignal<String>,
    /// Of corrupted pictures: which corruption, and how severe; as registered where nothing is written.
    pub corruption: RwSignal<String>,
    pub severity: RwSignal<String>,
    pub first: RwSignal<String>,
    pub seed: RwSignal<String>,
    pub count: RwSignal<String>,
    pub epsilon: RwSignal<String>,
    pub ticked: RwSignal<Vec<String>>,
    /// The attacks' own settings as text, by attack and key.
    own: RwSignal<BTreeMap<(String, String), String>>,
    /// All attacks in the order of the list.
    order: StoredValue<Vec<String>>,
    /// The estimate, or why there is none.
    pub known: RwSignal<Option<Answer<BatchEstimate>>>,
}

impl Form {
    /// What it holds at first.
    pub fn new(catalog: &Catalog, model: String) -> Self {
        Self {
            set: RwSignal::new(data_of(catalog, &model)),
            model: RwSignal::new(model),
            allow: RwSignal::new("false".to_owned()),
            corruption: RwSignal::default(),
            severity: RwSignal::default(),
            first: RwSignal::new("0".to_owned()),
            seed: RwSignal::new("1".to_owned()),
            count: RwSignal::new("100".to_owned()),
            epsilon: RwSignal::new("8/255".to_owned()),
            ticked: RwSignal::new(FIRST.map(str::to_owned).into()),
            own: RwSignal::default(),
            order: StoredValue::new(catalog.attacks.iter().map(|info| info.id.clone()).collect()),
            known: RwSignal::new(None),
        }
    }

    /// Takes a model, and the data set that suits it unless the present one does.
    pub fn choose_model(self, catalog: &Catalog, id: String) {
        let fits = self.fit(catalog, &id, &self.set.get_untracked());
        if !matches!(fits, Some(Fit::Own | Fit::Fits)) {
            self.choose_set(data_of(catalog, &id));
        }
        self.model.set(id);
    }

    /// Takes a data set; what was allowed or chosen for another one does not go over.
    pub fn choose_set(self, id: String) {
        self.allow.set("false".to_owned());
        self.corruption.set(String::new());
        self.severity.set(String::new());
        self.set.set(id);
    }

    /// How a data set goes with a model.
    pub fn fit(self, catalog: &Catalog, model: &str, set: &str) -> Option<Fit> {
        Some(Fit::of(catalog.model(model)?, catalog.data_set(set)?))
    }

    /// The ticked attacks in the order of the list, whatever was ticked first.
    pub fn chosen(self) -> Vec<String> {
        let ticked = self.ticked.get();
        let mut order = self.order.get_value();
        order.retain(|id| ticked.contains(id));
        order
    }

    /// The path of an attack's own setting, for its field and for what is wrong with it.
    pub fn path(id: &str, key: &str) -> String {
        format!("attacks.{id}.{key}")
    }

    /// The text of an attack's own setting; empty where none is written.
    pub fn own(self, id: &str, key: &str) -> String {
        let key = (id.to_owned(), key.to_owned());
        self.own
            .with(|own| own.get(&key).cloned())
            .unwrap_or_default()
    }

    /// Writes an attack's own setting.
    pub fn write_own(self, id: &str, key: &str, text: String) {
        let key = (id.to_owned(), key.to_owned());
        self.own.update(|own| match text.trim().is_empty() {
            true => drop(own.remove(&key)),
            false => drop(own.insert(key, text)),
        });
    }

    /// Takes back all own settings of an attack.
    pub fn forget(self, id: &str) {
        self.own.update(|own| own.retain(|(of, _), _| of != id));
    }

    /// How many settings of an attack are written.
    pub fn changed(self, id: &str) -> usize {
        self.own
            .with(|own| own.keys().filter(|(of, _)| of == id).count())
    }

    /// Whether something is wrong with a setting of an attack.
    pub fn faulty(self, id: &str) -> bool {
        let prefix = Self::path(id, "");
        let errors = self.known.with(|known| {
            let failure = known.as_ref()?.as_ref().err()?;
            Some(self.errors(failure))
        });
        (errors.into_iter().flatten()).any(|(path, _)| path.starts_with(&prefix))
    }

    /// What is wrong with a field.
    pub fn wrong(self, field: &str) -> Option<String> {
        self.known.with(|known| {
            let failure = known.as_ref()?.as_ref().err()?;
            let mut errors = self.errors(failure).into_iter();
            errors.find_map(|(path, message)| (path == field).then_some(message))
        })
    }

    /// What is wrong, by the form's fields: an epsilon of an attack that has none of its own is the one epsilon of the form.
    pub fn errors(self, failure: &Failure) -> Vec<(String, String)> {
        let errors = match failure {
            Failure::Refused(problem) => problem.errors.as_slice(),
            _ => &[],
        };
        let field = |path: &str| {
            let parts: Vec<&str> = path.split('.').collect();
            match parts.as_slice() {
                ["attacks", _, id, "epsilon", ..] if self.own(id, "epsilon").is_empty() => {
                    "epsilon".to_owned()
                }
                ["attacks", _, id, key, ..] => Self::path(id, key),
                ["models", ..] => "models".to_owned(),
                _ => path.to_owned(),
            }
        };
        (errors.iter())
            .map(|error| (field(&error.path), error.message.clone()))
            .collect()
    }

    /// The batch as it is sent, with whatever was written: what is wrong with it the server says.
    pub fn document(self, catalog: &Catalog) -> Value {
        let model = self.model.get();
        let epsilon = epsilon(&self.epsilon.get());
        let chosen = self.chosen();
        let chosen =
            (chosen.iter()).filter_map(|id| catalog.attacks.iter().find(|info| info.id == *id));
        let attacks: Vec<Value> = chosen
            .map(|info| {
                let mut parameters = Map::new();
                if has_epsilon(info) {
                    parameters.insert("epsilon".to_owned(), epsilon.clone());
                }
                for field in &info.fields {
                    let own = self.own(&info.id, &field.id);
                    if !own.is_empty() {
                        parameters.insert(field.id.clone(), value_of(field, &own));
                    }
                }
                json!({ info.id.as_str(): parameters })
            })
            .collect();
        let mut data = json!({
            "set": self.set.get(),
            "first": whole(&self.first.get()),
            "count": whole(&self.count.get()),
        });
        if self.allow.with(|allow| allow == "true") {
            data["allow_other_classes"] = true.into();
        }
        let (corruption, severity) = (self.corruption.get(), self.severity.get());
        if !corruption.is_empty() {
            data["corruption"] = corruption.into();
        }
        if !severity.trim().is_empty() {
            data["severity"] = whole(&severity);
        }
        json!({
            "models": [model],
            "attacks": attacks,
            "data": data,
            "seed": list(&self.seed.get(), whole),
            "keep_examples": 8,
        })
    }
}

/// Whether the epsilon of the form holds for it.
pub fn has_epsilon(info: &AttackInfo) -> bool {
    info.fields.iter().any(|field| field.id == "epsilon")
}

/// What a field's text says; several values where the field takes them.
fn value_of(field: &Field, text: &str) -> Value {
    match field.several && text.contains(',') {
        true => text
            .split(',')
            .map(|part| read(&field.kind, part))
            .collect(),
        false => read(&field.kind, text),
    }
}

/// What is wrong with no field of the form, if anything.
pub fn elsewhere(form: Form, failure: &Failure) -> Option<String> {
    let mut words = Vec::new();
    let errors = form.errors(failure);
    let any = !errors.is_empty();
    for (field, message) in errors {
        match field.as_str() {
            "epsilon" | "models" | "data.set" | "data.first" | "data.count" | "seed" => {}
            "data.corruption" | "data.severity" => {}
            "attacks" => words.push(format!("Attacks: {message}")),
            // Beside the field of the attack that it names.
            own if own.starts_with("attacks.") && own.split('.').count() == 3 => {}
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
    list(text, |part| {
        let number = part.parse::<serde_json::Number>();
        number.map_or_else(|_| json!(part), Value::Number)
    })
}

/// One value, or a list of those with commas between them.
fn list(text: &str, read: fn(&str) -> Value) -> Value {
    let parts = text.split(',').map(str::trim);
    let parts: Vec<Value> = parts.filter(|part| !part.is_empty()).map(read).collect();
    match parts.as_slice() {
        [one] => one.clone(),
        _ => Value::Array(parts),
    }
}

/// A whole number as JSON; what is none stays the text that it is, for the server to name.
fn whole(text: &str) -> Value {
    let number = text.trim().parse::<u64>();
    number.map_or_else(|_| json!(text), |number| json!(number))
}

fn data_of(catalog: &Catalog, model: &str) -> String {
    let set = catalog
        .model(model)
        .and_then(|model| catalog.data_of(model));
    set.map(|set| set.id.clone()).unwrap_or_default()
}

/// Asks what the form's batch would take, whenever it changes.
pub fn estimate_changes(form: Form, document: Memo<Value>) {
    Effect::new(move || {
        let batch = document.get();
        // The next change cancels what is still on its way.
        spawn_local_scoped_with_cancellation(async move {
            sleep(PAUSE_MS).await;
            let answer = api::send(&route::estimate_batch(), &batch).await;
            form.known.set(Some(answer));
        });
    });
}

/// What starts a batch and goes to its page, or says why not.
pub fn submission(form: Form) -> Action<Value, Answer<BatchView>> {
    let submission = Action::new_local(|batch: &Value| {
        let batch = batch.clone();
        async move { api::create::<BatchView>(&route::batches(), &batch).await }
    });
    let (answer, navigate) = (submission.value(), use_navigate());
    Effect::new(move || match answer.get() {
        None => {}
        Some(Ok(batch)) => navigate(&format!("/batches/{}", batch.id), Default::default()),
        Some(Err(failure)) => form.known.set(Some(Err(failure))),
    });
    submission
}
