//! An attack and its parameters: a key and the values of the fields that its description lists.
//!
//! The descriptions ([`all`]) are the one truth: defaults, limits and help are in them, the form is drawn from them
//! and the checks run on them. They are served in the catalogue, so the browser carries none of them.

mod apgd;
mod apgd_t;
pub mod autoattack;
mod corruption;
mod cw;
mod ddn;
mod deepfool;
mod fab;
mod fgsm;
mod fields;
mod jitter;
mod jpeg;
mod length;
mod line;
mod loss;
mod mi_fgsm;
mod ni_fgsm;
mod noise_path;
mod pgd;
mod pi_fgsm_pp;
#[cfg(feature = "openapi")]
mod schema;
mod spsa;
mod square;
mod stages;
mod target;
mod vni_fgsm;

use crate::amount::Amount;
use crate::field::{Field, Norm};
pub use loss::{Gradient, Loss};
pub use pgd::MOST_STEPS;
#[cfg(feature = "openapi")]
pub(crate) use schema::parameter;
use serde::de::{DeserializeOwned, Error as _};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};
pub use target::Target;

/// The attacks in the order in which a form offers them. Adding one is a description beside this file and a line here.
pub fn all() -> Vec<AttackInfo> {
    vec![
        pgd::info(),
        fgsm::info(),
        mi_fgsm::info(),
        ni_fgsm::info(),
        vni_fgsm::info(),
        pi_fgsm_pp::info(),
        jitter::info(),
        apgd::info(),
        apgd_t::info(),
        spsa::info(),
        cw::info(),
        deepfool::info(),
        ddn::info(),
        noise_path::info(),
        square::info(),
        fab::info(),
        fab::targeted(),
        autoattack::info(),
        line::info(),
        corruption::info(),
        jpeg::info(),
    ]
}

/// What a catalogue says of one attack.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AttackInfo {
    /// The key in a run's JSON.
    pub id: String,
    /// Its name.
    pub title: String,
    /// What it does, in a sentence or two.
    pub help: String,
    /// Its parameters.
    #[serde(deserialize_with = "crate::newer::known")]
    pub fields: Vec<Field>,
    /// Whether another seed gives another path, even from the same start.
    #[serde(default)]
    pub random: bool,
    /// Whether it is no attack, but a path to compare attacks with.
    #[serde(default)]
    pub path: bool,
}

impl AttackInfo {
    fn new(id: &str, help: &str, fields: Vec<Field>) -> Self {
        Self {
            id: id.to_owned(),
            title: title(id),
            help: help.to_owned(),
            fields,
            random: false,
            path: false,
        }
    }

    fn path(mut self) -> Self {
        self.path = true;
        self
    }

    fn random(mut self) -> Self {
        self.random = true;
        self
    }
}

/// An attack and its parameters: `{"pgd": {"epsilon": "8/255", ...}}`.
#[derive(Clone, Debug)]
pub struct AttackSpec {
    id: String,
    /// In the order of the description once it is complete.
    values: Vec<(String, Value)>,
}

impl AttackSpec {
    /// An attack with these parameters, and the defaults for all others.
    pub fn new<const N: usize>(id: &str, values: [(&str, Value); N]) -> Self {
        let values = values.map(|(key, value)| (key.to_owned(), value));
        let mut spec = Self {
            id: id.to_owned(),
            values: values.into(),
        };
        spec.complete();
        spec
    }

    /// Writes the default of every parameter that was left out, so that what is stored says everything.
    /// An attack that nobody knows stays as it is; the check names it.
    pub fn complete(&mut self) {
        let Some(info) = all().into_iter().find(|info| info.id == self.id) else {
            return;
        };
        let mut complete = Vec::new();
        for field in info.fields {
            let given = self.values.iter().position(|(key, _)| *key == field.id);
            let given = given.map(|place| self.values.remove(place).1);
            // An explicit null means the default too.
            let value = given.filter(|value| !value.is_null());
            let value = value.unwrap_or(field.default);
            if !value.is_null() {
                complete.push((field.id, value));
            }
        }
        // What no field takes is kept for the check to name.
        complete.append(&mut self.values);
        self.values = complete;
    }

    /// The same attack with another value of one parameter.
    pub fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        let value = value.into();
        match self.values.iter_mut().find(|(known, _)| known == key) {
            Some((_, old)) => *old = value,
            None => self.values.push((key.to_owned(), value)),
        }
        self
    }

    /// The key in JSON.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The name without its settings: `PGD`.
    pub fn title(&self) -> String {
        title(&self.id)
    }

    /// The value of a parameter, where it has one.
    pub fn get(&self, key: &str) -> Option<&Value> {
        let found = self.values.iter().find(|(known, _)| known == key);
        found.map(|(_, value)| value)
    }

    /// The parameters as a JSON object.
    pub fn parameters(&self) -> Value {
        let mut object = Map::new();
        for (key, value) in &self.values {
            object.insert(key.clone(), value.clone());
        }
        Value::Object(object)
    }

    /// The parameters in a type of the attack's own.
    ///
    /// # Errors
    /// What does not fit; a spec that passed the check fits.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_value(self.parameters())
    }

    /// The norm that bounds the perturbation, or that the attack keeps small; linf for attacks that know no other.
    pub fn norm(&self) -> Norm {
        if matches!(self.id.as_str(), "cw" | "ddn" | "deepfool") {
            return Norm::L2;
        }
        let id = self.get("norm").and_then(Value::as_str);
        id.and_then(Norm::of_id).unwrap_or_default()
    }

    /// The radius of the ball, in pixel units; the largest of several, and 0 for attacks without one.
    pub fn epsilon(&self) -> f64 {
        let radii = self.epsilons();
        radii.iter().map(Amount::value).fold(0.0, f64::max)
    }

    /// What the attack aims at, if it aims at a class.
    pub fn target(&self) -> Option<Target> {
        Target::of(self.get("target")?)
    }

    /// The radii of the ball: several give one pass over the data each.
    pub fn epsilons(&self) -> Vec<Amount> {
        match self.get("epsilon") {
            Some(Value::Array(list)) => list.iter().filter_map(amount).collect(),
            Some(one) => amount(one).into_iter().collect(),
            None => Vec::new(),
        }
    }

    /// The same attack with one of its radii.
    pub fn at(&self, epsilon: &Amount) -> Self {
        let value = serde_json::to_value(epsilon).unwrap_or_default();
        self.clone().with("epsilon", value)
    }

    /// Whether it looks for the smallest perturbation instead of the worst one within a ball.
    pub fn minimum_norm(&self) -> bool {
        ["cw", "ddn", "deepfool", "fab", "fab_t"].contains(&self.id.as_str())
    }

    /// Whether its successes count within epsilon only, because its iterates do not keep to it.
    pub fn bounded_later(&self) -> bool {
        self.minimum_norm() || self.id == "autoattack"
    }

    /// What is wrong between parameters that are right by themselves: the key at fault and what to do.
    pub fn contradictions(&self) -> Vec<(&'static str, String)> {
        let restarts = self.get("restarts").and_then(Value::as_u64);
        let starts = self.get("random_start").and_then(Value::as_bool);
        let mut wrong = Vec::new();
        if starts == Some(false) && restarts.is_some_and(|restarts| restarts > 1) {
            wrong.push((
                "restarts",
                "without a random start every run would be the same; ask for a random start, or for one run".to_owned(),
            ));
        }
        if self.get("early_stop").and_then(Value::as_str) == Some("per_example")
            && self.get("binary_steps").and_then(Value::as_u64) > Some(1)
        {
            wrong.push((
                "early_stop",
                "an example that stops early has left and cannot begin the next step of the search; take binary_steps 1 or early_stop none".to_owned(),
            ));
        }
        wrong
    }

    /// The image that every path leads to, if one is named.
    pub fn leads_to(&self) -> Option<u64> {
        self.get("to").and_then(Value::as_u64)
    }

    /// The name and the settings that matter, for titles and lists: `PGD linf 8/255, 10 steps of 2/255`.
    pub fn summary(&self) -> String {
        let mut text = title(&self.id);
        if let Some(corruption) = self.get("corruption").and_then(Value::as_str) {
            text.push_str(&format!(" {}", corruption.replace('_', " ")));
        }
        let radii: Vec<String> = self.epsilons().iter().map(Amount::to_string).collect();
        if !radii.is_empty() {
            text.push_str(&format!(" {} {}", self.norm().id(), radii.join(", ")));
        }
        if let Some(version) = self.get("version").and_then(Value::as_str) {
            text.push_str(&format!(", {version}"));
        }
        let reduced = self.reduced();
        if !reduced.is_empty() || self.get("version").is_some() {
            // Said at the end, or by the version.
        } else if let ("square", Some(queries)) = (self.id.as_str(), self.get("steps")) {
            text.push_str(&format!(", {queries} queries"));
        } else if self.get("steps").is_some() {
            text.push_str(&format!(", {} steps", self.steps()));
        }
        if let Some(size) = self.get("step_size").and_then(amount) {
            text.push_str(&format!(" of {size}"));
        }
        if self.random_start() {
            text.push_str(", random start");
        }
        if !reduced.is_empty() {
            text.push_str(&format!(", reduced: {}", reduced.join(", ")));
        }
        text
    }
}

fn amount(value: &Value) -> Option<Amount> {
    match value {
        Value::String(text) => text.parse().ok(),
        other => other.as_f64().map(Amount::from),
    }
}

/// The name of an attack: its key in capitals, as most of them are abbreviations.
fn title(id: &str) -> String {
    match id {
        "autoattack" => "AutoAttack".to_owned(),
        "cw" => "C&W".to_owned(),
        "deepfool" => "DeepFool".to_owned(),
        "corruption" => "Corruption".to_owned(),
        "jitter" => "Jitter".to_owned(),
        "line" => "Line".to_owned(),
        "noise_path" => "Noise path".to_owned(),
        "pi_fgsm_pp" => "PI-FGSM++".to_owned(),
        "square" => "Square".to_owned(),
        other => other.to_ascii_uppercase().replace('_', "-"),
    }
}

impl PartialEq for AttackSpec {
    /// In whatever order the parameters are written.
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id && self.parameters() == other.parameters()
    }
}

impl Serialize for AttackSpec {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        struct Values<'a>(&'a [(String, Value)]);
        impl Serialize for Values<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
            }
        }
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry(&self.id, &Values(&self.values))?;
        map.end()
    }
}

impl<'de> Deserialize<'de> for AttackSpec {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::of(Value::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl AttackSpec {
    fn of(value: Value) -> Result<Self, String> {
        let Value::Object(attacks) = value else {
            return Err("an attack with its parameters is right, such as {\"pgd\": {}}".to_owned());
        };
        if attacks.len() > 1 {
            let ids: Vec<_> = attacks.keys().map(String::as_str).collect();
            return Err(format!(
                "one run is one attack; this names {}",
                ids.join(", ")
            ));
        }
        match attacks.into_iter().next() {
            Some((id, Value::Object(values))) => Ok(Self {
                id,
                values: values.into_iter().collect(),
            }),
            Some((id, _)) => Err(format!(
                "the parameters of {id} must be an object, such as {{}}"
            )),
            None => Err("no attack is given; {\"pgd\": {}} is one".to_owned()),
        }
    }
}
