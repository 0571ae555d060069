//! A new run, written in a form that the catalogue describes.

mod draft;
mod fields;
mod parts;
mod preview;
mod slots;
mod submit;

use crate::api::{self, Failure};
use crate::dom::View;
use crate::lean::{act, effect, memo};
use crate::router::{Router, router};
use crate::signal::{Memo, RwSignal, StoredValue};
use crate::state::{App, app};
use crate::view::notice;
use draft::{Checked, Draft};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;
use valleyscope_markup::html;
use valleyscope_shared::api::RunView;
use valleyscope_shared::catalog::Catalog;
use valleyscope_shared::route;
use valleyscope_shared::spec::RunSpec;

/// What the parts of the form share.
#[derive(Clone, Copy)]
struct Form {
    app: App,
    catalog: StoredValue<Arc<Catalog>>,
    draft: RwSignal<Draft>,
    checked: Memo<Checked>,
    /// Refusals of the server, shown until something changes.
    refused: RwSignal<Option<Failure>>,
    sending: RwSignal<bool>,
}

impl Form {
    fn new(catalog: Arc<Catalog>) -> Self {
        let draft = RwSignal::new(Draft::first(&catalog));
        let checked = memo({
            let catalog = catalog.clone();
            move || draft.with(|draft| draft.check(&catalog))
        });
        let refused = RwSignal::new(None);
        effect(move || {
            draft.track();
            refused.set(None);
        });
        Self {
            app: app(),
            catalog: StoredValue::new(catalog),
            draft,
            checked,
            refused,
            sending: RwSignal::new(false),
        }
    }

    /// What is wrong with a field, by our own check or by the server's.
    fn error(self, path: &str) -> Option<String> {
        let ours = self.checked.with(|checked| checked.error(path));
        ours.or_else(|| {
            self.refused.with(|refused| match refused {
                Some(Failure::Refused(problem)) => problem
                    .errors
                    .iter()
                    .find(|error| error.path == path)
                    .map(|error| error.message.clone()),
                _ => None,
            })
        })
    }

    /// Takes the settings that the address names: another run's, or a model.
    fn prefill(self, from: Option<String>, model: Option<String>, image: Option<String>) {
        if let Some(model) = model {
            let catalog = self.catalog.get_value();
            self.draft
                .update(|draft| draft.choose_model(&catalog, &model));
        }
        let Some(from) = from else { return };
        spawn_local(async move {
            match api::get::<RunView>(&route::run(&from)).await {
                Ok(run) => self.draft.set(prefilled(&run.spec, image)),
                Err(failure) => self.refused.set(Some(failure)),
            }
        });
    }
}

/// Another run's settings, perhaps for one of its images alone.
fn prefilled(spec: &RunSpec, image: Option<String>) -> Draft {
    let mut draft = Draft::of(spec);
    if let Some(image) = image {
        draft.write("data.indices", image);
        draft.write("data.class", String::new());
        draft.write("data.only_correct", "false".to_owned());
    }
    draft
}

/// The page `/new`.
pub fn page() -> View {
    super::entitle("New run");
    let router = router();
    let asked = move |key: &str| router.asked(key);
    let app = app();
    let retry = Callback::new(move |()| app.ask_catalog());
    html! {
        <h1>"New run"</h1>
        {notice::loaded(
            app.catalog(),
            Some(retry),
            move |catalog| {
                let form = Form::new(catalog.clone());
                form.prefill(asked("from"), asked("model"), asked("image"));
                body(form, router)
            },
        )}
    }
}

fn body(form: Form, router: Router) -> View {
    let submit = move |event: web_sys::Event| {
        event.prevent_default();
        submit::submit(form, router);
    };
    html! {
        <form class="form" novalidate on:submit=act(submit)>
            <div class="card stack">
                {parts::subject(form)}
                {parts::attack(form)}
                {parts::machine(form)}
            </div>
            <aside class="card stack">{preview::preview(form)}</aside>
        </form>
    }
}
