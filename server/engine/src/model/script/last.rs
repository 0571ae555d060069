//! The last layer of a program, among its parameters.

use super::module::Module;
use crate::error::{Error, Result};
use crate::model::head;
use tch::{Kind, Tensor};

/// Parameters that are tried; a network has one last layer, and few others as high as it has classes.
const MOST_TRIED: usize = 64;

/// A parameter that may be the matrix of the last layer, with what may be its bias.
#[derive(Debug)]
pub(super) struct Last {
    /// The matrix's name.
    pub name: String,
    /// The parameter itself.
    pub weight: Tensor,
    /// The same as `[K, D]`, apart from differentiation.
    pub matrix: Tensor,
    /// `[K]`
    pub bias: Tensor,
}

impl Last {
    /// The layer of these two parameters.
    ///
    /// # Errors
    /// [`Error::Script`] where one is not there or has another shape.
    pub fn named(
        parameters: &[(String, Tensor)],
        weight: &str,
        bias: Option<&str>,
    ) -> Result<Self> {
        let find = |name: &str| parameters.iter().find(|(known, _)| known == name);
        let missing = |name: &str| Error::Script {
            reason: format!("has no parameter {name} of the shape of a last layer's"),
        };
        let (_, found) = find(weight).ok_or_else(|| missing(weight))?;
        let matrix = match found.size().as_slice() {
            [_, _] => found.f_detach()?,
            [classes, _, 1, 1] => found.f_detach()?.f_reshape([*classes, -1])?,
            _ => return Err(missing(weight)),
        };
        let classes = matrix.size()[0];
        let vector = match bias {
            None => Tensor::f_zeros([classes], (matrix.kind(), matrix.device()))?,
            Some(bias) => match find(bias) {
                Some((_, vector)) if vector.size() == [classes] => vector.f_detach()?,
                _ => return Err(missing(bias)),
            },
        };
        Ok(Self {
            name: weight.to_owned(),
            weight: found.shallow_clone(),
            matrix,
            bias: vector,
        })
    }
}

/// Finds the last layer by trying: the parameters as high as there are classes, the last of them first, each with every bias that it may have.
///
/// # Errors
/// [`Error::Script`] lists the parameters where none fits or several do.
pub(super) fn find(
    module: &mut Module,
    wanted: Option<&str>,
    input: [i64; 3],
) -> Result<(String, Option<String>)> {
    let [channels, height, width] = input;
    let (kind, device) = (Kind::Float, module.parameters[0].1.device());
    let grey = Tensor::f_full([2, channels, height, width], 0.5, (kind, device))?;
    let classes = tch::no_grad(|| module.logits(&grey))?.size()[1];
    let all = || module.parameters.iter().rev();
    let is_wanted = |name: &str| {
        wanted.is_none_or(|wanted| name == wanted || name.strip_suffix(".weight") == Some(wanted))
    };
    let matrices: Vec<String> = all()
        .filter(|(name, one)| is_wanted(name) && is_matrix(&one.size(), classes))
        .map(|(name, _)| name.clone())
        .take(MOST_TRIED)
        .collect();
    let vectors: Vec<String> = all()
        .filter(|(_, one)| one.size() == [classes])
        .map(|(name, _)| name.clone())
        .collect();
    let mut found = Vec::new();
    for matrix in &matrices {
        for bias in biases(matrix, &vectors) {
            let last = Last::named(&module.parameters, matrix, bias.as_deref())?;
            module.take(last)?;
            match head::check(module, input) {
                Ok(()) => {
                    found.push((matrix.clone(), bias));
                    break;
                }
                Err(Error::Head { .. } | Error::Script { .. }) => {}
                Err(other) => return Err(other),
            }
        }
    }
    match (found.len(), found.pop()) {
        (1, Some(only)) => Ok(only),
        (count, _) => Err(Error::Script {
            reason: undecided(module, count, classes, wanted),
        }),
    }
}

/// Whether a parameter may be the matrix of a layer of so many classes.
fn is_matrix(shape: &[i64], classes: i64) -> bool {
    match shape {
        [rows, _] | [rows, _, 1, 1] => *rows == classes,
        _ => false,
    }
}

/// What may be the bias of a matrix: the one that is called like it, then others that are no matrix's, then none.
fn biases(matrix: &str, vectors: &[String]) -> Vec<Option<String>> {
    let own = matrix
        .strip_suffix("weight")
        .map(|start| format!("{start}bias"));
    let own: Vec<String> = own
        .filter(|own| vectors.contains(own))
        .into_iter()
        .collect();
    let others = match own.is_empty() {
        true => vectors.iter().take(4).cloned().collect(),
        false => Vec::new(),
    };
    let named = own.into_iter().chain(others).map(Some);
    named.chain([None]).collect()
}

fn undecided(module: &Module, count: usize, classes: i64, wanted: Option<&str>) -> String {
    let shown = module.parameters.iter().rev().take(12);
    let shown: Vec<String> = shown
        .map(|(name, one)| format!("{name} {:?}", one.size()))
        .collect();
    let what = match (count, wanted) {
        (0, Some(wanted)) => format!(
            "does not end in a linear layer of {classes} classes with the parameter {wanted}"
        ),
        (0, None) => format!(
            "has no parameter that is the matrix of a last linear layer of {classes} classes"
        ),
        _ => format!(
            "has {count} parameters that may be the matrix of its last layer; --head NAME says which is"
        ),
    };
    format!(
        "{what}; its parameters, the last first: {}",
        shown.join(", ")
    )
}
