//! Whether a result that lies in a file is one of what lies here now.

use crate::engine::Engine;
use anyhow::Result;
use serde_json::Value;
use valleyscope_engine::origin::of_spec;
use valleyscope_engine::run::made_by;
use valleyscope_shared::origin::Origin;
use valleyscope_shared::spec::RunSpec;

/// Why a result of `run` would come out otherwise today, or cannot be told to come out the same; nothing where it belongs here.
///
/// # Errors
/// The run cannot be written as JSON.
pub fn fault(known: &Value, run: &RunSpec, engine: &dyn Engine) -> Result<Option<String>> {
    let now = made_by();
    if known["made_by"] != now.as_str() {
        let then = known["made_by"].as_str().unwrap_or("something unknown");
        return Ok(Some(format!("it was computed by {then}, not by {now}")));
    }
    let Ok(origin) = serde_json::from_value::<Origin>(known["origin"].clone()) else {
        return Ok(Some("it does not say what it was computed from".to_owned()));
    };
    if origin.spec != of_spec(run)? {
        return Ok(Some("it is of another run".to_owned()));
    }
    let changes = origin.changes(run, &engine.current(&run.model, &run.data.address()));
    Ok((!changes.is_empty()).then(|| changes.join(", ")))
}
