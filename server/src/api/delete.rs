//! `DELETE /api/v1/runs/{id}`

use crate::failure::{Answer, Failure};
use crate::state::State;
use crate::store::RunRow;
use axum::extract::{Path, State as Shared};
use axum::http::StatusCode;
use std::io::ErrorKind;
use valleyscope_shared::problem::Problem;

/// Forgets a run with its events, its readings and its files.
#[utoipa::path(delete, path = "/api/v1/runs/{id}", operation_id = "delete_run", tag = "runs",
    params(("id" = String, Path, description = "The run's id")),
    responses((status = 204), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn delete(Shared(state): Shared<State>, Path(id): Path<String>) -> Answer<StatusCode> {
    state
        .blocking(move |state| {
            let row = state.run(&id)?;
            if state.log.live(&row.id).is_some() {
                let (title, detail) = match state.view(row).phase.ended() {
                    false => ("The run has not ended", "cancel the run, then delete it"),
                    true => (
                        "Measures of the run are being computed",
                        "cancel its measures on demand, then delete it",
                    ),
                };
                let problem = Problem::new("not-ended", 409, title, detail);
                return Err(problem.into());
            }
            forget(state, &row)?;
            Ok(StatusCode::NO_CONTENT)
        })
        .await
}

/// Forgets a run that has ended.
///
/// # Errors
/// The store or the run's files cannot be changed.
pub fn forget(state: &State, row: &RunRow) -> Answer<()> {
    state.keeper.forget(row.number);
    let files = state.keeper.files();
    // The file first: on a full disk it makes the room that the database needs to forget the rest.
    // The row's own id, not the client's text, names it.
    if let Err(error) = std::fs::remove_file(state.store.kept_path(&row.id))
        && error.kind() != ErrorKind::NotFound
    {
        let detail = format!("the run's kept iterates cannot be removed: {error}");
        return Err(Failure(Problem::internal(detail)));
    }
    state.store.delete_run(row.number)?;
    drop(files);
    state.shelf.forget(row.number);
    tracing::info!(run = row.id, "run {} was deleted", row.id);
    Ok(())
}
