//! A run as it is being written: the text of every field, and the run that they make.

use super::fields;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use valleyscope_shared::amount::Amount;
use valleyscope_shared::catalog::{Catalog, DataInfo, ModelInfo};
use valleyscope_shared::field::{Field, Kind, Norm, Scope, check_all};
use valleyscope_shared::fit::Fit;
use valleyscope_shared::problem::FieldError;
use valleyscope_shared::spec::{AttackInfo, AttackSpec, MOST_EXAMPLES, RunSpec};

/// The path of the permission to attack images of other classes than the model's.
pub const ALLOW: &str = "data.allow_other_classes";

/// The texts by path: `model`, `data.count`, `attack.pgd.epsilon`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Draft {
    /// The key of the attack.
    pub attack: String,
    pub texts: BTreeMap<String, String>,
}

/// What a draft makes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Checked {
    /// The run, if it can be read at all.
    pub spec: Option<RunSpec>,
    /// What is wrong, field by field.
    pub errors: Vec<FieldError>,
}

impl Checked {
    /// The run, if nothing is wrong with it.
    pub fn good(&self) -> Option<&RunSpec> {
        self.spec.as_ref().filter(|_| self.errors.is_empty())
    }

    pub fn error(&self, path: &str) -> Option<String> {
        let found = self.errors.iter().find(|error| error.path == path);
        found.map(|error| error.message.clone())
    }
}

impl Draft {
    /// The run that a first visitor gets: the first model and data set that fit, and the first preset.
    pub fn first(catalog: &Catalog) -> Self {
        let mut draft = Self::default();
        let usable = |model: &&ModelInfo| model.problem.is_none();
        if let Some(model) = catalog.models.iter().find(usable) {
            draft.choose_model(catalog, &model.id);
        }
        if let Some(preset) = catalog.presets.first() {
            draft.take_attack(&preset.attack);
        }
        // Shown as text, not left to the defaults: a visitor sees what will run.
        for field in fields::of_run(catalog, &draft) {
            if !field.advanced && !field.default.is_null() {
                draft.write(&field.id, text_of(&field.default));
            }
        }
        draft
    }

    /// The draft that makes this run.
    pub fn of(spec: &RunSpec) -> Self {
        let mut draft = Self::default();
        let value = serde_json::to_value(spec).unwrap_or_default();
        draft.take("", &value);
        draft.take_attack(&spec.attack);
        // What the run left to its default is shown as what it was.
        if spec.data.indices.is_none() {
            draft.write("data.count", spec.data.most().to_string());
        }
        draft
    }

    pub fn text(&self, path: &str) -> &str {
        self.texts.get(path).map_or("", String::as_str)
    }

    pub fn write(&mut self, path: &str, text: String) {
        self.texts.insert(path.to_owned(), text);
    }

    /// Takes a model, and the data set that suits it best unless the present one fits.
    pub fn choose_model(&mut self, catalog: &Catalog, id: &str) {
        self.write("model", id.to_owned());
        let Some(model) = catalog.model(id) else {
            return;
        };
        let present = catalog.data_set(self.text("data.set"));
        if present.is_some_and(|set| matches!(Fit::of(model, set), Fit::Own | Fit::Fits)) {
            return;
        }
        if let Some(set) = catalog.data_of(model) {
            self.choose_data(catalog, &set.id);
        }
    }

    /// Takes a data set, and a model that it fits where the present one does not.
    pub fn begin_with(&mut self, catalog: &Catalog, id: &str) {
        let fits =
            |model: &ModelInfo, set: &DataInfo| matches!(Fit::of(model, set), Fit::Own | Fit::Fits);
        if let Some(set) = catalog.data_set(id) {
            let present = catalog.model(self.text("model"));
            if !present.is_some_and(|model| fits(model, set))
                && let Some(model) = catalog.models.iter().find(|model| fits(model, set))
            {
                self.write("model", model.id.clone());
            }
        }
        self.choose_data(catalog, id);
    }

    /// Takes a data set; what was allowed and written for another one does not go over.
    pub fn choose_data(&mut self, catalog: &Catalog, id: &str) {
        self.write("data.set", id.to_owned());
        for path in [ALLOW, "data.corruption", "data.severity"] {
            self.texts.remove(path);
        }
        let most = catalog.data_set(id).map_or(u64::MAX, |set| set.count);
        if (self.text("data.count").parse::<u64>()).is_ok_and(|count| count > most) {
            self.write("data.count", most.to_string());
        }
    }

    /// How the chosen data set goes with the chosen model.
    pub fn fit(&self, catalog: &Catalog) -> Option<Fit> {
        let model = catalog.model(self.text("model"))?;
        Some(Fit::of(model, catalog.data_set(self.text("data.set"))?))
    }

    /// Takes an attack with its parameters; the texts of other attacks stay.
    pub fn take_attack(&mut self, attack: &AttackSpec) {
        self.attack = attack.id().to_owned();
        let value = serde_json::to_value(attack).unwrap_or_default();
        self.take("attack", &value);
    }

    fn take(&mut self, path: &str, value: &Value) {
        match value {
            Value::Object(parts) => {
                for (key, value) in parts {
                    let path = if path.is_empty() {
                        key.clone()
                    } else {
                        format!("{path}.{key}")
                    };
                    self.take(&path, value);
                }
            }
            Value::Array(list) => {
                let parts: Vec<String> = list.iter().map(text_of).collect();
                self.write(path, parts.join(", "));
            }
            other => self.write(path, text_of(other)),
        }
    }

    /// The run that the texts make, checked with the code that the server uses too.
    pub fn check(&self, catalog: &Catalog) -> Checked {
        let attack = catalog.attacks.iter().find(|info| info.id == self.attack);
        let parameters = attack.map(|info| self.parameters(info)).unwrap_or_default();
        let document = self.document(catalog, &parameters);
        let unfit = match serde_path_to_error::deserialize::<_, RunSpec>(&document) {
            Ok(spec) => {
                // First why a text is read otherwise than it was meant: what follows from that is no help.
                let mut errors = self.commas(attack);
                errors.extend(spec.check(catalog));
                errors.extend(self.unsaid(catalog));
                return Checked {
                    spec: Some(spec),
                    errors,
                };
            }
            Err(unfit) => unfit,
        };
        let scope = self.scope(catalog);
        let mut errors = self.commas(attack);
        errors.extend(self.field_errors(catalog, &scope));
        if let Some(info) = attack {
            let prefix = format!("attack.{}", info.id);
            errors.extend(check_all(&info.fields, &parameters, &prefix, &scope));
        }
        if errors.is_empty() {
            // Every field is right by itself, so the reader's own words are all there is to say.
            errors.push(FieldError {
                path: String::new(),
                message: unfit.to_string(),
            });
        }
        Checked { spec: None, errors }
    }

    /// The number of images, where it was emptied: it would silently be the default.
    fn unsaid(&self, catalog: &Catalog) -> Option<FieldError> {
        let said = |path: &str| !self.text(path).trim().is_empty();
        if said("data.indices") || said("data.count") {
            return None;
        }
        let most = catalog
            .data_set(self.text("data.set"))
            .map_or(MOST_EXAMPLES, |set| set.count.min(MOST_EXAMPLES));
        Some(FieldError {
            path: "data.count".to_owned(),
            message: format!("it is empty; a whole number from 1 to {most} is right"),
        })
    }

    /// Decimal commas, which would be read as a list of two.
    fn commas(&self, attack: Option<&AttackInfo>) -> Vec<FieldError> {
        let Some(info) = attack else {
            return Vec::new();
        };
        let fields = info.fields.iter().filter(|field| field.several);
        fields
            .filter_map(|field| {
                let path = format!("attack.{}.{}", info.id, field.id);
                let message = decimal_comma(self.text(&path))?;
                Some(FieldError { path, message })
            })
            .collect()
    }

    /// What the limits of the attack's fields depend on.
    pub fn scope(&self, catalog: &Catalog) -> Scope {
        let model = catalog.model(self.text("model"));
        let norm = self.text(&format!("attack.{}.norm", self.attack));
        let norm = Norm::of_id(norm).unwrap_or_default();
        Scope {
            norm,
            values: model.map_or(usize::MAX, |model| model.input_shape.iter().product()),
            classes: model.map_or(usize::MAX, |model| model.classes.len()),
        }
    }

    fn field_errors(&self, catalog: &Catalog, scope: &Scope) -> Vec<FieldError> {
        let fields = fields::of_run(catalog, self);
        let wrong = |field: Field| {
            let value = read(&field.kind, self.text(&field.id));
            let message = field.check(&value, scope).err()?;
            Some(FieldError {
                path: field.id,
                message,
            })
        };
        let lists = ["seed", "data.indices"].into_iter().filter_map(|path| {
            let message = whole_numbers(self.text(path)).err()?;
            Some(FieldError {
                path: path.to_owned(),
                message,
            })
        });
        fields.into_iter().filter_map(wrong).chain(lists).collect()
    }

    /// Every parameter of the attack: what is written, else its default.
    fn parameters(&self, info: &AttackInfo) -> Value {
        let mut values = Map::new();
        for field in &info.fields {
            let path = format!("attack.{}.{}", info.id, field.id);
            let text = self.text(&path);
            let written = match field.several && text.contains(',') {
                true => text
                    .split(',')
                    .map(|part| read(&field.kind, part))
                    .collect(),
                false => read(&field.kind, text),
            };
            let value = match written.is_null() {
                true => field.default.clone(),
                false => written,
            };
            if !value.is_null() {
                values.insert(field.id.clone(), value);
            }
        }
        Value::Object(values)
    }

    fn document(&self, catalog: &Catalog, parameters: &Value) -> Value {
        let mut data = Map::new();
        data.insert("set".to_owned(), json!(self.text("data.set")));
        let mut run = Map::new();
        run.insert("model".to_owned(), json!(self.text("model")));
        for field in fields::of_run(catalog, self) {
            let value = read(&field.kind, self.text(&field.id));
            if value.is_null() {
                continue;
            }
            match field.id.strip_prefix("data.") {
                Some(key) => data.insert(key.to_owned(), value),
                None => run.insert(field.id.clone(), value),
            };
        }
        if self.text(ALLOW) == "true" && matches!(self.fit(catalog), Some(Fit::OtherClasses(_))) {
            data.insert("allow_other_classes".to_owned(), json!(true));
        }
        let indices = self.text("data.indices");
        if !indices.trim().is_empty() {
            data.remove("first");
            data.remove("count");
            data.insert("indices".to_owned(), list_value(indices));
        }
        let seed = self.text("seed");
        if !seed.trim().is_empty() {
            let value = match list_value(seed) {
                Value::Array(mut list) if list.len() == 1 => list.remove(0),
                other => other,
            };
            run.insert("seed".to_owned(), value);
        }
        run.insert("data".to_owned(), Value::Object(data));
        run.insert(
            "attack".to_owned(),
            json!({ self.attack.as_str(): parameters }),
        );
        Value::Object(run)
    }
}

/// What a field shows for a value.
pub fn text_of(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The JSON that a field's text stands for; null where it is empty, and the text itself where it makes no sense, so that the check can name it.
pub fn read(kind: &Kind, text: &str) -> Value {
    let text = text.trim();
    if text.is_empty() {
        return Value::Null;
    }
    let number = |text: &str| text.parse::<serde_json::Number>().ok().map(Value::Number);
    match kind {
        Kind::Length { .. } => match text.parse::<Amount>() {
            Ok(amount) => serde_json::to_value(amount).unwrap_or_default(),
            Err(_) => json!(text),
        },
        Kind::Integer { .. } | Kind::Number { .. } | Kind::Class => {
            number(text).unwrap_or_else(|| json!(text))
        }
        Kind::Flag => json!(text == "true"),
        Kind::Choice { .. } => json!(text),
    }
}

fn list_value(text: &str) -> Value {
    whole_numbers(text).map_or_else(|_| json!(text), |list| json!(list))
}

/// What is wrong with a text such as `0,03`, in which the comma may be a point or part a list.
fn decimal_comma(text: &str) -> Option<String> {
    let (whole, part) = text.trim().split_once(',')?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    (digits(whole) && digits(part)).then(|| {
        format!("\"{whole},{part}\" has a comma: write {whole}.{part} for one number, or {whole}, {part} with a blank for two")
    })
}

/// Whole numbers with commas between them.
fn whole_numbers(text: &str) -> Result<Vec<u64>, String> {
    let parts = text
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty());
    parts
        .map(|part| {
            let refused = |_| {
                format!(
                    "\"{part}\" is not a whole number; write numbers with commas, such as 1, 2, 3"
                )
            };
            part.parse().map_err(refused)
        })
        .collect()
}

#[cfg(test)]
mod tests;
