//! How an attack looks in the API's description: one object per description, with its fields' limits and help.

use super::{AttackInfo, AttackSpec, all};
use crate::field::{Field, Kind, MOST_VALUES};
use crate::spec::AmountSchema;
use utoipa::openapi::schema::{
    AdditionalProperties, ArrayBuilder, ObjectBuilder, OneOfBuilder, Schema, SchemaType, Type,
};
use utoipa::openapi::{Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};

impl ToSchema for AttackSpec {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((AMOUNT.to_owned(), AmountSchema::schema()));
    }
}

/// A number or a fraction.
const AMOUNT: &str = "Amount";

impl PartialSchema for AttackSpec {
    fn schema() -> RefOr<Schema> {
        let one = all()
            .iter()
            .fold(OneOfBuilder::new(), |one, info| one.item(attack(info)));
        let one = one.description(Some("An attack and its parameters: one key, the attack's."));
        RefOr::T(Schema::OneOf(one.build()))
    }
}

fn attack(info: &AttackInfo) -> ObjectBuilder {
    let parameters = info.fields.iter().fold(
        ObjectBuilder::new()
            .description(Some(info.help.as_str()))
            .additional_properties(Some(AdditionalProperties::<Schema>::FreeForm(false))),
        |object, field| object.property(&field.id, parameter(field)),
    );
    ObjectBuilder::new()
        .title(Some(info.title.as_str()))
        .property(&info.id, parameters)
        .required(&info.id)
        .additional_properties(Some(AdditionalProperties::<Schema>::FreeForm(false)))
}

/// A field as a part of an object.
pub(crate) fn parameter(field: &Field) -> RefOr<Schema> {
    let object = ObjectBuilder::new().description(Some(field.help.as_str()));
    let object = match field.default.is_null() {
        true => object,
        false => object.default(Some(field.default.clone())),
    };
    let object = match &field.kind {
        Kind::Length { .. } if field.several => {
            let one = Ref::from_schema_name(AMOUNT);
            let list = ArrayBuilder::new()
                .items(RefOr::Ref(one.clone()))
                .min_items(Some(1))
                .max_items(Some(MOST_VALUES));
            let either = OneOfBuilder::new().item(one).item(list);
            let either = either.description(Some(field.help.as_str()));
            return RefOr::T(Schema::OneOf(either.build()));
        }
        Kind::Length { .. } => return RefOr::Ref(Ref::from_schema_name(AMOUNT)),
        Kind::Integer { min, max } => object
            .schema_type(Type::Integer)
            .minimum(Some(*min))
            .maximum(Some(*max)),
        Kind::Number { min, max } => object
            .schema_type(Type::Number)
            .minimum(Some(*min))
            .maximum(Some(*max)),
        Kind::Flag => object.schema_type(Type::Boolean),
        Kind::Choice { options } => object
            .schema_type(Type::String)
            .enum_values(Some(options.iter().map(|option| option.id.clone()))),
        Kind::Class => object.schema_type(SchemaType::from_iter([
            Type::Integer,
            Type::String,
            Type::Null,
        ])),
    };
    RefOr::T(Schema::Object(object.build()))
}
