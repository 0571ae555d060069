//! Which plane of the weights a page shows.

/// Where the second axis of a plane goes; the first goes where the loss rises most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Where the loss is most curved, at right angles to the first.
    Eigenvector,
    /// Some direction, the same for all.
    Random,
}

/// The plane: its second direction, how far it goes, and how fine it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlaneView {
    /// The second direction.
    pub direction: Direction,
    /// How far it goes to each side, as a part of the weights' own length.
    pub radius: f64,
    /// How many places it has along each side.
    pub count: usize,
}

/// The finest plane.
pub const MOST_PLACES: usize = 101;

impl Default for PlaneView {
    fn default() -> Self {
        Self {
            direction: Direction::Eigenvector,
            radius: 1.0,
            count: 51,
        }
    }
}

impl Direction {
    /// The name in an address.
    pub fn id(self) -> &'static str {
        match self {
            Self::Eigenvector => "eigenvector",
            Self::Random => "random",
        }
    }

    /// The direction with this name.
    pub fn from_id(id: &str) -> Option<Self> {
        [Self::Eigenvector, Self::Random]
            .into_iter()
            .find(|direction| direction.id() == id)
    }
}

impl PlaneView {
    /// The plane in an address: `eigenvector,1,51`.
    pub fn id(self) -> String {
        format!("{},{},{}", self.direction.id(), self.radius, self.count)
    }

    /// The plane with this name.
    pub fn from_id(id: &str) -> Option<Self> {
        let mut parts = id.split(',');
        let plane = Self {
            direction: Direction::from_id(parts.next()?)?,
            radius: parts.next()?.parse().ok()?,
            count: parts.next()?.parse().ok()?,
        };
        let fits =
            (1e-3..=100.0).contains(&plane.radius) && (3..=MOST_PLACES).contains(&plane.count);
        (fits && parts.next().is_none()).then_some(plane)
    }
}
