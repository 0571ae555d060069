//! The API's description: what is true of every operation is added to what stands at each handler.

use axum::http::StatusCode;
use serde_json::json;
use utoipa::openapi::link::Link;
use utoipa::openapi::path::{Operation, Parameter, ParameterIn, PathItem};
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};
use utoipa::openapi::{Content, OpenApi, Ref, RefOr, Response, ResponseBuilder};
use valleyscope_shared::chart::{self, Chart};

use crate::chart::Form;
use crate::failure::PROBLEM_JSON;
use crate::picture::Picture;

/// How any request may be refused before its handler sees it, or fail in it.
const ANY: [(u16, &str); 7] = [
    (400, "The request cannot be understood"),
    (401, "The server asks for a token, and none was shown"),
    (408, "The answer took too long"),
    (421, "The request is for another name than the server's"),
    (
        429,
        "Too many requests, or the queue is full; Retry-After says when to ask again",
    ),
    (500, "Something went wrong inside the server"),
    (
        503,
        "The server is stopping or has no room for the request at the moment",
    ),
];

/// Beside those, a request that changes something.
const WRITING: [(u16, &str); 2] = [
    (403, "The request comes from a page of another site"),
    (507, "The disk is full"),
];

/// Beside those, a request with a body.
const WITH_BODY: [(u16, &str); 3] = [
    (413, "The body is larger than 2 MiB"),
    (415, "The body is not said to be application/json"),
    (422, "A field does not hold; the problem names it"),
];

/// Completes the description: what every request may be answered, problem documents under their own type, a description everywhere.
pub fn complete(document: &mut OpenApi) {
    for item in document.paths.paths.values_mut() {
        for (writes, operation) in operations(item) {
            offer_names(operation);
            leave_out_null(operation);
            end_numbers(operation);
            let queried = has_query(operation);
            let body = operation.request_body.is_some();
            let more = (WRITING.iter().filter(|_| writes))
                .chain(WITH_BODY.iter().filter(|_| body))
                .chain(
                    WITH_BODY
                        .iter()
                        .filter(|(status, _)| queried && *status == 422),
                );
            for (status, description) in ANY.iter().chain(more) {
                let answers = &mut operation.responses.responses;
                answers.entry(status.to_string()).or_insert_with(|| {
                    let answer = ResponseBuilder::new().description(*description);
                    RefOr::T(answer.build())
                });
            }
            for (status, answer) in &mut operation.responses.responses {
                if let RefOr::T(answer) = answer {
                    finish(status, answer);
                }
            }
        }
    }
    lead_on(document);
}

/// Files have names out of a list that stands elsewhere.
fn offer_names(operation: &mut Operation) {
    for parameter in operation.parameters.iter_mut().flatten() {
        let RefOr::T(parameter) = parameter else {
            continue;
        };
        let names: Vec<String> = match parameter.name.as_str() {
            "file" => figures(),
            "picture" => Picture::ALL
                .iter()
                .map(|picture| picture.file().to_owned())
                .collect(),
            _ => continue,
        };
        let schema = ObjectBuilder::new()
            .schema_type(Type::String)
            .enum_values(Some(names));
        parameter.schema = Some(schema.into());
    }
}

/// A parameter that may be left out is written as one that may be null, but an address and a header have no null:
/// the text "null" would be sent, which is none of the values.
fn leave_out_null(operation: &mut Operation) {
    for parameter in operation.parameters.iter_mut().flatten() {
        let RefOr::T(parameter) = parameter else {
            continue;
        };
        match &mut parameter.schema {
            Some(RefOr::T(Schema::Object(object))) => {
                if let SchemaType::Array(types) = &mut object.schema_type {
                    types.retain(|kind| *kind != Type::Null);
                    if let [only] = types.as_slice() {
                        object.schema_type = SchemaType::Type(only.clone());
                    }
                }
            }
            Some(RefOr::T(Schema::OneOf(one))) => {
                one.items.retain(|item| !is_null(item));
                if let [only] = one.items.as_slice() {
                    parameter.schema = Some(only.clone());
                }
            }
            _ => {}
        }
    }
}

/// The greatest whole number that every reader of JSON holds exactly; what is counted here never comes near.
const MOST: f64 = 9_007_199_254_740_991.0;

/// A whole number in an address has an end; beyond it, it is none.
fn end_numbers(operation: &mut Operation) {
    for parameter in operation.parameters.iter_mut().flatten() {
        if let RefOr::T(parameter) = parameter
            && let Some(RefOr::T(Schema::Object(object))) = &mut parameter.schema
            && matches!(object.schema_type, SchemaType::Type(Type::Integer))
        {
            object.maximum.get_or_insert(MOST.into());
        }
    }
}

fn is_null(schema: &RefOr<Schema>) -> bool {
    let RefOr::T(Schema::Object(object)) = schema else {
        return false;
    };
    matches!(object.schema_type, SchemaType::Type(Type::Null))
}

/// Every figure in every form.
fn figures() -> Vec<String> {
    let forms = [Form::Svg, Form::Png, Form::Csv];
    let of =
        |chart: &'static dyn Chart| forms.map(|form| format!("{}.{}", chart.id(), form.ending()));
    chart::all().iter().flat_map(|chart| of(*chart)).collect()
}

/// What can be asked about the thing that an answer is about: operation, then the operation that follows, with its parameters.
fn lead_on(document: &mut OpenApi) {
    let one = || json!({ "row": 0 });
    for (from, to, mut parameters) in [
        ("create_run", "example", one()),
        (
            "create_run",
            "image",
            json!({ "row": 0, "point": 1, "picture": "difference.png" }),
        ),
        ("create_run", "chart", json!({ "file": "sharpness.svg" })),
        ("create_batch", "resume_batch", json!({})),
    ] {
        parameters["id"] = json!("$response.body#/id");
        let mut link = Link::builder().operation_id(to);
        for (name, value) in parameters.as_object().into_iter().flatten() {
            link = link.parameter(name, value.clone());
        }
        let posts = document
            .paths
            .paths
            .values_mut()
            .filter_map(|item| item.post.as_mut());
        let mut posts = posts.filter(|post| post.operation_id.as_deref() == Some(from));
        let answer = posts
            .next()
            .and_then(|post| post.responses.responses.get_mut("202"));
        if let Some(RefOr::T(answer)) = answer {
            answer.links.insert(to.to_owned(), RefOr::T(link.build()));
        }
    }
}

/// The body of an answer that is no text.
#[derive(utoipa::ToSchema)]
#[schema(value_type = String, format = Binary)]
pub struct Bytes(#[expect(dead_code, reason = "only its description is used")] Vec<u8>);

/// A path's operations, each with whether it changes something.
fn operations(item: &mut PathItem) -> impl Iterator<Item = (bool, &mut Operation)> {
    let PathItem {
        get,
        post,
        patch,
        delete,
        ..
    } = item;
    [(false, get), (true, post), (true, patch), (true, delete)]
        .into_iter()
        .filter_map(|(writes, operation)| Some((writes, operation.as_mut()?)))
}

fn has_query(operation: &Operation) -> bool {
    let parameters = operation.parameters.iter().flatten();
    let parameters = parameters.filter_map(|parameter| match parameter {
        RefOr::T(Parameter { parameter_in, .. }) => Some(parameter_in),
        RefOr::Ref(_) => None,
    });
    parameters
        .into_iter()
        .any(|place| *place == ParameterIn::Query)
}

/// A problem has its own content type, and every answer a description.
fn finish(status: &str, answer: &mut Response) {
    let status = status
        .parse()
        .ok()
        .and_then(|code| StatusCode::from_u16(code).ok());
    if status.is_some_and(|status| status.is_client_error() || status.is_server_error()) {
        let problem = Content::new(Some(Ref::from_schema_name("Problem")));
        answer.content.clear();
        answer
            .content
            .insert(PROBLEM_JSON.to_owned(), problem.into());
    }
    if answer.description.is_empty() {
        let words = status.and_then(|status| status.canonical_reason());
        answer.description = words.unwrap_or("The answer").to_owned();
    }
}
