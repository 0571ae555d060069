//! A product with a matrix and the sum with a row are a linear layer.

use super::Tensors;
use crate::op::Op;
use crate::program::Step;

/// Makes a sum a linear layer with a bias; the place of the product.
pub(super) fn bias(
    steps: &mut [Step],
    tensors: &Tensors,
    place: usize,
    uses: &[usize],
) -> Option<usize> {
    let (Op::Add, [one, other]) = (&steps[place].op, steps[place].inputs.as_slice()) else {
        return None;
    };
    let pairs = [(*one, *other), (*other, *one)];
    let (product, row) = pairs.into_iter().find(|(product, row)| {
        matches!(steps[*product].op, Op::Linear { bias: None, .. })
            && matches!(steps[*row].op, Op::Constant { .. })
    })?;
    let (Op::Linear { weight, .. }, Op::Constant { tensor }) = (&steps[product].op, &steps[row].op)
    else {
        return None;
    };
    let outputs = tensors.get(weight)?.shape.first()?;
    // Only a tensor that is stored as a row can be the bias of the layer by its name.
    let fits = uses[product] == 1
        && tensors.get(tensor)?.shape == [*outputs]
        && steps[place].shape == steps[product].shape;
    if !fits {
        return None;
    }
    let op = Op::Linear {
        weight: weight.clone(),
        bias: Some(tensor.clone()),
    };
    let inputs = steps[product].inputs.clone();
    steps[place].op = op;
    steps[place].inputs = inputs;
    Some(product)
}
