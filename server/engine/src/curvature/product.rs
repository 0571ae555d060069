//! Products of Hessians with vectors.
//!
//! The gradient's graph is made once; each product is then one more backward pass through it.

use super::change::derivative;
use super::{Examples, Scope, Work, probe};
use crate::error::Result;
use tch::{Kind, Tensor};

/// A symmetric matrix for each of some rows, known by what it makes of vectors.
pub(super) trait Product {
    /// How many matrices there are, and the length of their vectors.
    fn size(&self) -> [i64; 2];

    /// `[rows, width]` to `[rows, width]`, each row by its own matrix.
    fn apply(&self, vectors: &Tensor) -> Result<Tensor>;
}

/// A gradient with its graph, and what it is the gradient in.
struct Slope {
    leaf: Tensor,
    gradient: Tensor,
}

impl Slope {
    fn of(sum: &Tensor, leaf: Tensor) -> Result<Self> {
        let gradient = derivative(sum, &leaf, true, true)?;
        Ok(Self { leaf, gradient })
    }

    fn apply(&self, vectors: &Tensor, keep_graph: bool) -> Result<Tensor> {
        let along = self.gradient.f_mul(vectors)?.f_sum(None::<Kind>)?;
        derivative(&along, &self.leaf, keep_graph, false)
    }
}

/// The Hessian of each example's loss in the chosen layers' weights, by weights of its own for each example.
pub(super) struct EachWeights(Slope);

impl EachWeights {
    pub fn new(scope: &Scope<'_>, examples: &Examples) -> Result<Self> {
        let leaf = scope.leaf(&[examples.count() as i64, scope.width() as i64])?;
        let make = || {
            let logits = scope.each(examples.x(), &leaf)?;
            scope.check(examples, &logits)?;
            let sum = examples.losses(&logits)?.f_sum(None::<Kind>)?;
            Slope::of(&sum, leaf.shallow_clone())
        };
        make().map(Self).map_err(|error| scope.explained(error))
    }
}

impl Product for EachWeights {
    fn size(&self) -> [i64; 2] {
        let size = self.0.leaf.size();
        [size[0], size[1]]
    }

    fn apply(&self, vectors: &Tensor) -> Result<Tensor> {
        self.0.apply(vectors, true)
    }
}

/// The Hessian of each example's loss in its pixels.
pub(super) struct Pixels(Slope);

impl Pixels {
    pub fn new(scope: &Scope<'_>, examples: &Examples) -> Result<Self> {
        let kind = scope.network.kind();
        let flat = examples.x().f_to_kind(kind)?.f_flatten(1, -1)?;
        let leaf = flat.f_detach()?.f_set_requires_grad(true)?;
        let make = || {
            let logits = scope.logits(&leaf.f_view_as(examples.x())?)?;
            scope.check(examples, &logits)?;
            let sum = examples.losses(&logits)?.f_sum(None::<Kind>)?;
            Slope::of(&sum, leaf.shallow_clone())
        };
        make().map(Self).map_err(|error| scope.explained(error))
    }
}

impl Product for Pixels {
    fn size(&self) -> [i64; 2] {
        let size = self.0.leaf.size();
        [size[0], size[1]]
    }

    fn apply(&self, vectors: &Tensor) -> Result<Tensor> {
        self.0.apply(vectors, true)
    }
}

/// The Hessian of the mean loss in the chosen layers' weights, block by block.
pub(super) struct MeanWeights<'a, 's> {
    scope: &'a Scope<'s>,
    blocks: Vec<Examples>,
    count: usize,
    /// Where all examples fit into one block.
    kept: Option<Slope>,
}

impl<'a, 's> MeanWeights<'a, 's> {
    pub fn new(scope: &'a Scope<'s>, examples: &Examples, vectors: u64) -> Result<Self> {
        let rows = scope.rows(Work::MeanProducts { vectors })?;
        let blocks = examples.blocks(rows).map(|rows| examples.select(&rows));
        let blocks: Vec<Examples> = blocks.collect::<Result<_>>()?;
        let mut mean = Self {
            scope,
            blocks,
            count: examples.count(),
            kept: None,
        };
        if let [only] = mean.blocks.as_slice() {
            mean.kept = Some(mean.slope(only)?);
        }
        Ok(mean)
    }

    fn slope(&self, block: &Examples) -> Result<Slope> {
        let scope = self.scope;
        let leaf = scope.leaf(&[scope.width() as i64])?;
        let make = || {
            let logits = scope.shared(block.x(), &leaf)?;
            scope.check(block, &logits)?;
            let sum = block.losses(&logits)?.f_sum(None::<Kind>)?;
            Slope::of(&sum.f_div_scalar(self.count as f64)?, leaf.shallow_clone())
        };
        make().map_err(|error| scope.explained(error))
    }
}

impl Product for MeanWeights<'_, '_> {
    fn size(&self) -> [i64; 2] {
        [1, self.scope.width() as i64]
    }

    fn apply(&self, vectors: &Tensor) -> Result<Tensor> {
        let vector = vectors.f_view([-1])?;
        let product = match &self.kept {
            Some(slope) => slope.apply(&vector, true)?,
            None => {
                let mut sum = vector.f_zeros_like()?;
                for block in &self.blocks {
                    sum = sum.f_add(&self.slope(block)?.apply(&vector, false)?)?;
                }
                sum
            }
        };
        Ok(product.f_view([1, -1])?)
    }
}

/// `(R ⊗ I) H (R ⊗ I)` of one layer, R = (W Wᵀ)^½: its trace is κ_tr.
pub(super) struct Coloured<'a, P> {
    pub inner: &'a P,
    pub root: Tensor,
}

impl<P: Product> Coloured<'_, P> {
    fn times(&self, vectors: &Tensor) -> Result<Tensor> {
        let [count, out] = [vectors.size()[0], self.root.size()[0]];
        let rows = vectors.f_view([count, out, -1])?;
        Ok(self.root.f_matmul(&rows)?.f_view_as(vectors)?)
    }
}

impl<P: Product> Product for Coloured<'_, P> {
    fn size(&self) -> [i64; 2] {
        self.inner.size()
    }

    fn apply(&self, vectors: &Tensor) -> Result<Tensor> {
        self.times(&self.inner.apply(&self.times(vectors)?)?)
    }
}

/// The root of one layer's W Wᵀ.
pub(super) fn root(square: &Tensor) -> Result<Tensor> {
    let roots = probe::roots(std::slice::from_ref(square))?;
    Ok(roots.into_iter().next().unwrap_or_default())
}
