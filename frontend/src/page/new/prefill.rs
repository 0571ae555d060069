//! What the address asks the form to begin with.

use super::draft::Draft;
use super::form::Form;
use crate::api;
use leptos::Params;
use leptos::prelude::*;
use leptos::task::spawn_local_scoped_with_cancellation;
use leptos_router::params::Params;
use valleyscope_shared::api::RunView;
use valleyscope_shared::route;
use valleyscope_shared::spec::RunSpec;

/// The settings that the address names.
#[derive(Clone, Debug, Default, PartialEq, Params)]
pub struct Asked {
    /// The id of a run whose settings are taken.
    pub from: Option<String>,
    /// The id of a model.
    pub model: Option<String>,
    /// The id of a data set.
    pub data: Option<String>,
    /// The index of the only image that is taken of the run.
    pub image: Option<String>,
    /// Whether the run is to have a trace, `on` or `off`, whatever that of `from` is.
    pub trace: Option<String>,
}

/// Takes the settings that the address names: another run's, a model or a data set.
pub fn prefill(form: Form, asked: Asked) {
    if let Some(model) = asked.model {
        form.catalog.with_value(|catalog| {
            form.draft
                .update(|draft| draft.choose_model(catalog, &model));
        });
    }
    if let Some(data) = asked.data {
        form.catalog.with_value(|catalog| {
            form.draft.update(|draft| draft.begin_with(catalog, &data));
        });
    }
    let Some(from) = asked.from else { return };
    spawn_local_scoped_with_cancellation(async move {
        match api::get::<RunView>(&route::run(&from)).await {
            Ok(run) => {
                let mut draft = draft_of(&run.spec, asked.image);
                if let Some(trace) = asked.trace {
                    draft.write("trace", trace);
                }
                form.draft.set(draft);
            }
            Err(failure) => form.refused.set(Some(failure)),
        }
    });
}

/// Another run's settings, perhaps for one of its images alone.
fn draft_of(spec: &RunSpec, image: Option<String>) -> Draft {
    let mut draft = Draft::of(spec);
    if let Some(image) = image {
        draft.write("data.indices", image);
        draft.write("data.class", String::new());
        draft.write("data.only_correct", "false".to_owned());
    }
    draft
}
