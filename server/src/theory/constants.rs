//! Lipschitz constants of models: computed once for each, aside, and kept in the store.

use crate::queue::caught;
use crate::state::State;
use crate::store::lock;
use std::collections::HashMap;
use std::sync::Mutex;
use valleyscope_shared::problem::Problem;
use valleyscope_shared::theory::Sensitivity;

/// Grows whenever an operator's rule changes, so that what was kept is computed again.
const RULES: u32 = 1;

/// The constants of models, by the digests of weights and card.
#[derive(Default)]
pub struct Constants {
    known: Mutex<HashMap<String, Standing>>,
    /// Held by the one that computes.
    turn: Mutex<()>,
}

/// How far the constants of a model are.
#[derive(Clone, Debug, PartialEq)]
pub enum Standing {
    /// So many operators of so many are done.
    Computing(usize, usize),
    /// They are there.
    Known(Sensitivity),
    /// They cannot be computed.
    Failed(Problem),
}

/// The constants of a model with these digests of weights and card; who asks first has them computed.
///
/// # Errors
/// The store cannot be read, or no thread can be started.
pub fn ask(state: &State, model: &str, digests: &(String, String)) -> Result<Standing, Problem> {
    let key = format!("sensitivity {RULES} of {} {}", digests.0, digests.1);
    let mut known = lock(&state.constants.known);
    if let Some(standing) = known.get(&key) {
        return Ok(standing.clone());
    }
    if let Some(text) = state.store.setting(&key)?
        && let Ok(sensitivity) = serde_json::from_str(&text)
    {
        let standing = Standing::Known(sensitivity);
        known.insert(key, standing.clone());
        return Ok(standing);
    }
    let begun = Standing::Computing(0, 0);
    let (mine, state, model) = (key.clone(), state.clone(), model.to_owned());
    let closing = state.closing();
    // It waits for what is known, so that nothing that it says is overwritten.
    std::thread::Builder::new()
        .name("constants".to_owned())
        .spawn(move || {
            let _one = lock(&state.constants.turn);
            let put = |standing| {
                lock(&state.constants.known).insert(mine.clone(), standing);
            };
            let mut on = |done, all| {
                put(Standing::Computing(done, all));
                !*closing.borrow()
            };
            // A panic would else leave it at being computed for ever.
            let found = caught(|| state.engine.sensitivity(&model, &mut on)).flatten();
            let standing = match found {
                Ok(sensitivity) => {
                    let text = serde_json::to_string(&sensitivity).unwrap_or_default();
                    if let Err(error) = state.store.set_setting(&mine, &text) {
                        tracing::warn!(%error, "the constants of {model} could not be kept");
                    }
                    Standing::Known(sensitivity)
                }
                Err(problem) => Standing::Failed(problem),
            };
            put(standing);
        })
        .map_err(|error| Problem::internal(format!("cannot start a thread: {error}")))?;
    known.insert(key, begun.clone());
    Ok(begun)
}
