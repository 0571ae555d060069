//! What kind of attack it is: what whoever runs it must know, and what the laws may expect.

use valleyscope_shared::spec::Loss;

/// The kind of an attack.
#[derive(Clone, Copy, Debug)]
pub struct Traits {
    /// What it is after, and how it finds its way.
    pub kind: Kind,
    /// When an example has no later points.
    pub departure: Departure,
    /// Whether the first k steps do not depend on how many follow.
    pub prefix_stable: bool,
    /// Whether its own numbers are drawn along the path, whether or not its start is.
    pub random: bool,
}

/// What an attack is after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// To raise a loss within a ball.
    Ascent(Ascent),
    /// The smallest perturbation, so its iterates may lie outside any ball.
    MinimumNorm {
        /// Where it differentiates.
        gradient: Differentiation,
        /// What it lowers where it has no field `loss`.
        loss: Loss,
    },
    /// What the attacks that it is made of are after, each of a kind of its own.
    Ensemble,
    /// Nothing: nothing is lost where a later point of a path is right again, and no gradient leads along it.
    Path(Way),
}

/// How a loss is raised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ascent {
    /// Where it differentiates.
    pub gradient: Differentiation,
    /// What it climbs where it has no field `loss`.
    pub loss: Loss,
    /// Whether on a linear model it ends at the worst point of the ball.
    pub finds_linear_optimum: bool,
}

/// Where a path leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Where its own rule says.
    Own,
    /// To another image, [`super::Batch::towards`].
    Towards,
}

/// The backward passes of an attack for one example at one iterate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Differentiation {
    /// None, here or elsewhere: the attack sees the logits alone.
    None,
    /// One: the gradient at the iterate is what moves it.
    Here,
    /// One at each other point that it looks at; none at the iterate.
    Elsewhere,
    /// One for each wrong class that it looks at, at an iterate that the example goes on from.
    Candidates,
    /// One for each wrong class, at the point that the search goes on from.
    EachClass,
}

/// When an example leaves, so that later passes are spent on the others alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Departure {
    /// Never.
    Stays,
    /// At its success.
    AtSuccess,
    /// At the end of the run in which it succeeds: of several runs those that follow go on without it.
    AfterSuccess,
    /// Where it gets no further, if it is told to.
    WhenStuck,
}

impl Traits {
    /// Of projected ascent.
    pub(super) const ASCENT: Self = Self {
        kind: Kind::Ascent(Ascent::PROJECTED),
        departure: Departure::Stays,
        prefix_stable: true,
        random: false,
    };

    /// Of a search for the smallest perturbation.
    pub(super) const fn minimum_norm(gradient: Differentiation, loss: Loss) -> Self {
        Self {
            kind: Kind::MinimumNorm { gradient, loss },
            ..Self::ASCENT
        }
    }

    /// Of a path.
    pub(super) const fn path(way: Way) -> Self {
        Self {
            kind: Kind::Path(way),
            ..Self::ASCENT
        }
    }

    /// The same in another kind of ascent.
    pub(super) const fn ascending(self, ascent: Ascent) -> Self {
        Self {
            kind: Kind::Ascent(ascent),
            ..self
        }
    }

    /// How it raises a loss within a ball, if it does.
    pub fn ascent(&self) -> Option<Ascent> {
        match self.kind {
            Kind::Ascent(ascent) => Some(ascent),
            _ => None,
        }
    }

    /// Where it differentiates itself; an ensemble's parts do it for it.
    pub fn gradient(&self) -> Differentiation {
        match self.kind {
            Kind::Ascent(Ascent { gradient, .. }) | Kind::MinimumNorm { gradient, .. } => gradient,
            Kind::Ensemble | Kind::Path(_) => Differentiation::None,
        }
    }

    /// What it climbs where it has no field `loss`, and what the measures of a path take for it.
    pub fn loss(&self) -> Loss {
        match self.kind {
            Kind::Ascent(Ascent { loss, .. }) | Kind::MinimumNorm { loss, .. } => loss,
            Kind::Ensemble | Kind::Path(_) => Loss::CrossEntropy,
        }
    }
}

impl Ascent {
    /// Along the gradient of the cross-entropy at the iterate.
    pub(super) const PROJECTED: Self = Self {
        gradient: Differentiation::Here,
        loss: Loss::CrossEntropy,
        finds_linear_optimum: true,
    };

    /// The same where something else than the linear optimum may be found.
    pub(super) const TURNED: Self = Self {
        finds_linear_optimum: false,
        ..Self::PROJECTED
    };
}
