//! How [`CurvatureSpec`] looks in the API's description: its fields' limits and help, once more from the list of fields.

use super::{CurvatureSpec, fields};
use crate::field::{Field, MOST_VALUES};
use crate::spec::attack::parameter;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{
    AdditionalProperties, ArrayBuilder, ObjectBuilder, OneOfBuilder, Schema, Type,
};
use utoipa::{PartialSchema, ToSchema};

impl ToSchema for CurvatureSpec {}

impl PartialSchema for CurvatureSpec {
    fn schema() -> RefOr<Schema> {
        let object = ObjectBuilder::new()
            .description(Some(
                "Measures that are to be computed for a run that is there.",
            ))
            .additional_properties(Some(AdditionalProperties::<Schema>::FreeForm(false)))
            .property("layers", layers())
            .property("points", points());
        let object = fields().iter().fold(object, |object, field| {
            object.property(&field.id, one(field))
        });
        RefOr::T(Schema::Object(object.build()))
    }
}

fn one(field: &Field) -> RefOr<Schema> {
    if !field.several {
        return parameter(field);
    }
    let mut single = field.clone();
    single.default = serde_json::Value::Null;
    let list = ArrayBuilder::new()
        .description(Some(field.help.as_str()))
        .items(parameter(&single))
        .min_items(Some(1))
        .max_items(Some(MOST_VALUES))
        .default(Some(field.default.clone()));
    RefOr::T(Schema::Array(list.build()))
}

fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

fn layers() -> RefOr<Schema> {
    let list = ArrayBuilder::new().items(text()).min_items(Some(1));
    let either = OneOfBuilder::new()
        .item(text())
        .item(list)
        .default(Some("all".into()))
        .description(Some("Layers by their names: \"all\" is every one with weights, \"network\" all weights together."));
    RefOr::T(Schema::OneOf(either.build()))
}

fn points() -> RefOr<Schema> {
    let named = text().enum_values(Some(["marks", "all"]));
    let step = ObjectBuilder::new()
        .schema_type(Type::Integer)
        .minimum(Some(0));
    let list = ArrayBuilder::new().items(step).min_items(Some(1));
    let either = OneOfBuilder::new()
        .item(named)
        .item(list)
        .default(Some("marks".into()))
        .description(Some("\"marks\": clean, first flip, peak of the last layer's sharpness and end, of each example its own; \"all\": every recorded point; or a list of recorded steps."));
    RefOr::T(Schema::OneOf(either.build()))
}
