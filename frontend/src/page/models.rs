use leptos::prelude::*;
pub fn page() -> impl IntoView {
    view! { <h1>"TODO"</h1> }
}
