//! The parts of PyTorch's export schema that are read; others are passed over.

use serde::Deserialize;
use serde::de::IgnoredAny;
use std::collections::HashMap;

#[derive(Deserialize)]
pub(super) struct Version {
    pub schema_version: SchemaVersion,
}

#[derive(Deserialize)]
pub(super) struct SchemaVersion {
    pub major: i64,
    pub minor: i64,
}

#[derive(Deserialize)]
pub(super) struct ExportedProgram {
    pub graph_module: GraphModule,
}

#[derive(Deserialize)]
pub(super) struct GraphModule {
    pub graph: Graph,
    pub signature: Signature,
}

#[derive(Deserialize)]
pub(super) struct Graph {
    pub nodes: Vec<Node>,
    pub tensor_values: HashMap<String, TensorMeta>,
}

#[derive(Deserialize)]
pub(super) struct Node {
    pub target: String,
    pub inputs: Vec<NamedArgument>,
    pub outputs: Vec<Argument>,
    #[serde(default)]
    pub metadata: Metadata,
}

#[derive(Default, Deserialize)]
pub(super) struct Metadata {
    /// `key,path,class;key,path,class`, from the whole network inwards.
    #[serde(default)]
    pub nn_module_stack: String,
}

#[derive(Deserialize)]
pub(super) struct NamedArgument {
    pub name: String,
    pub arg: Argument,
}

#[derive(Deserialize)]
pub(super) struct Named {
    pub name: String,
}

/// A number; what JSON has no number for is written as a word.
#[derive(Clone, Copy, Deserialize)]
#[serde(try_from = "NumberOrWord")]
pub(super) struct Number(pub f64);

#[derive(Deserialize)]
#[serde(untagged)]
enum NumberOrWord {
    Number(f64),
    Word(String),
}

impl TryFrom<NumberOrWord> for Number {
    type Error = String;

    fn try_from(from: NumberOrWord) -> Result<Self, String> {
        match from {
            NumberOrWord::Number(number) => Ok(Self(number)),
            NumberOrWord::Word(word) => match word.as_str() {
                "Infinity" => Ok(Self(f64::INFINITY)),
                "-Infinity" => Ok(Self(f64::NEG_INFINITY)),
                "NaN" => Ok(Self(f64::NAN)),
                _ => Err(format!("{word} is no number")),
            },
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum SymInt {
    AsName(String),
    AsInt(i64),
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum OptionalTensor {
    AsTensor(Named),
    AsNone(IgnoredAny),
}

#[expect(clippy::enum_variant_names, reason = "they are called as in the file")]
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Argument {
    AsNone(IgnoredAny),
    AsTensor(Named),
    AsTensors(Vec<Named>),
    AsInt(i64),
    AsInts(Vec<i64>),
    AsFloat(Number),
    AsFloats(IgnoredAny),
    AsString(String),
    AsStrings(IgnoredAny),
    AsSymInt(SymInt),
    AsSymInts(Vec<SymInt>),
    AsScalarType(i64),
    AsMemoryFormat(IgnoredAny),
    AsLayout(IgnoredAny),
    AsDevice(IgnoredAny),
    AsBool(bool),
    AsBools(IgnoredAny),
    AsSymBool(IgnoredAny),
    AsSymBools(IgnoredAny),
    AsGraph(IgnoredAny),
    AsOptionalTensors(Vec<OptionalTensor>),
    AsCustomObj(IgnoredAny),
    AsOperator(IgnoredAny),
    AsSymFloat(IgnoredAny),
    AsSymFloats(IgnoredAny),
    AsOptionalTensor(OptionalTensor),
    AsComplex(IgnoredAny),
    AsNestedTensors(IgnoredAny),
    AsIntLists(IgnoredAny),
    AsStringToArgument(IgnoredAny),
}

#[derive(Clone, Deserialize)]
pub(super) struct TensorMeta {
    pub dtype: i64,
    pub sizes: Vec<MetaSize>,
    #[serde(default)]
    pub strides: Vec<MetaSize>,
    pub storage_offset: MetaSize,
    pub layout: i64,
}

/// A size, or a formula for one.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum MetaSize {
    AsInt(i64),
    AsExpr(IgnoredAny),
}

#[derive(Deserialize)]
pub(super) struct Signature {
    pub input_specs: Vec<InputSpec>,
    pub output_specs: Vec<OutputSpec>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum InputSpec {
    UserInput {
        arg: Argument,
    },
    Parameter {
        arg: Named,
        parameter_name: String,
    },
    Buffer {
        arg: Named,
        buffer_name: String,
    },
    TensorConstant {
        arg: Named,
        tensor_constant_name: String,
    },
    CustomObj(IgnoredAny),
    Token(IgnoredAny),
    ConstantInput(IgnoredAny),
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum OutputSpec {
    UserOutput { arg: Argument },
    LossOutput(IgnoredAny),
    BufferMutation { buffer_name: String },
    GradientToParameter(IgnoredAny),
    GradientToUserInput(IgnoredAny),
    UserInputMutation(IgnoredAny),
    Token(IgnoredAny),
    ParameterMutation(IgnoredAny),
}

/// Where the weights are in the archive.
#[derive(Deserialize)]
pub(super) struct Payloads {
    pub config: HashMap<String, Payload>,
}

#[derive(Deserialize)]
pub(super) struct Payload {
    pub path_name: String,
    pub use_pickle: bool,
    pub tensor_meta: Option<TensorMeta>,
}
