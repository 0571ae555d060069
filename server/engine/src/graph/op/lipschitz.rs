//! How far operators take two values apart at most.

/// The Lipschitz constant in ℓ2 of an operator, as a rule: from those of what it takes to that of what it gives, all with respect
/// to the image. An upper bound; a network's is the one of its last operator, as Szegedy and others 2013 have it.
#[derive(Clone, Debug, PartialEq)]
pub enum Lipschitz {
    /// None holds for all values.
    Unbounded,
    /// Each input's times its factor, in all; without inputs zero.
    Sum(Vec<f64>),
    /// The same with the root of the squares: what stands beside each other.
    Beside(Vec<f64>),
}

impl Lipschitz {
    /// Of an operator of one value.
    pub fn of(factor: f64) -> Self {
        Self::Sum(vec![factor])
    }

    /// What it makes of those of its inputs; none where one of them has none.
    pub fn after(&self, inputs: &[Option<f64>]) -> Option<f64> {
        let inputs: Option<Vec<f64>> = inputs.iter().copied().collect();
        let inputs = inputs?;
        match self {
            Self::Unbounded => match inputs.iter().all(|input| *input == 0.0) {
                true => Some(0.0),
                false => None,
            },
            Self::Sum(factors) => Some(factors.iter().zip(inputs).map(|(f, l)| f * l).sum()),
            Self::Beside(factors) => {
                let squares = factors.iter().zip(inputs).map(|(f, l)| (f * l).powi(2));
                Some(squares.sum::<f64>().sqrt())
            }
        }
    }
}
