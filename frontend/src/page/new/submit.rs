//! Starting the run, or leading to what is wrong with it.

use super::form::Form;
use crate::api::{self, Answer, Failure};
use crate::state::{Shared, shared};
use crate::view::form::focus;
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use valleyscope_shared::api::RunView;
use valleyscope_shared::problem::FieldError;
use valleyscope_shared::route;
use valleyscope_shared::spec::RunSpec;

/// What the form's button does.
#[derive(Clone, Copy)]
pub struct Start {
    form: Form,
    shared: Shared,
    create: Action<RunSpec, Answer<RunView>>,
    /// Whether an answer is awaited.
    pub sending: Memo<bool>,
}

impl Start {
    pub fn new(form: Form) -> Self {
        let create = Action::new_local(|spec: &RunSpec| {
            let spec = spec.clone();
            async move { api::create(&route::runs(), &spec).await }
        });
        let start = Self {
            form,
            shared: shared(),
            create,
            sending: create.pending(),
        };
        let answer = create.value();
        let navigate = use_navigate();
        Effect::new(move || match answer.get() {
            Some(Ok(run)) => navigate(&format!("/runs/{}", run.id), Default::default()),
            Some(Err(failure)) => start.refuse(failure),
            None => {}
        });
        start
    }

    /// Sends the run and goes to its page; with errors, goes to the first field at fault instead.
    pub fn submit(self) {
        if self.sending.get_untracked() {
            return;
        }
        self.form
            .checked
            .with_untracked(|checked| match checked.good() {
                Some(spec) => {
                    self.create.dispatch_local(spec.clone());
                }
                None => self.lead_to(&checked.errors),
            });
    }

    fn refuse(self, failure: Failure) {
        let errors = match &failure {
            Failure::Refused(problem) => problem.errors.clone(),
            _ => Vec::new(),
        };
        self.form.refused.set(Some(failure));
        self.lead_to(&errors);
    }

    fn lead_to(self, errors: &[FieldError]) {
        let paths: Vec<String> = errors.iter().map(|error| error.path.clone()).collect();
        // The fields must show their errors before one of them is focused.
        request_animation_frame(move || {
            if !paths.iter().any(|path| focus(path)) {
                self.shared.say("The run was not started.");
            }
        });
    }
}
