//! Starting the run, or leading to what is wrong with it.

use super::Form;
use crate::api::{self, Failure};
use crate::router::Router;
use crate::view::form::focus;
use leptos::prelude::*;
use leptos::task::spawn_local;
use valleyscope_shared::api::RunView;
use valleyscope_shared::route;

/// Sends the run and goes to its page; with errors, goes to the first field at fault instead.
pub fn submit(form: Form, router: Router) {
    if form.sending.get_untracked() {
        return;
    }
    let Some(spec) = form
        .checked
        .with_untracked(|checked| checked.good().cloned())
    else {
        let paths = form.checked.with_untracked(|checked| {
            checked
                .errors
                .iter()
                .map(|error| error.path.clone())
                .collect()
        });
        lead_to(form, paths);
        return;
    };
    form.sending.set(true);
    spawn_local(async move {
        let body = api::body(&spec);
        let answer = api::create::<RunView>(&route::runs(), body, &api::fresh_key()).await;
        form.sending.try_set(false);
        match answer {
            Ok(run) => router.go(&format!("/runs/{}", run.id)),
            Err(failure) => refuse(form, failure),
        }
    });
}

fn refuse(form: Form, failure: Failure) {
    let paths = match &failure {
        Failure::Refused(problem) => problem
            .errors
            .iter()
            .map(|error| error.path.clone())
            .collect(),
        _ => Vec::new(),
    };
    form.refused.try_set(Some(failure));
    lead_to(form, paths);
}

fn lead_to(form: Form, paths: Vec<String>) {
    // The fields must show their errors before one of them is focused.
    request_animation_frame(move || {
        if !paths.iter().any(|path| focus(path)) {
            form.app.say("The run was not started.");
        }
    });
}
