//! The ten figures, each as the question whether a point lies inside.

/// The radius of a figure, in the units of its own coordinates.
pub(super) const RADIUS: i64 = 1000;

/// A class of the data set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Figure {
    Disc,
    Ring,
    Square,
    Triangle,
    Star,
    Cross,
    Crescent,
    Heart,
    Arrow,
    Hourglass,
}

impl Figure {
    /// In the order of the labels.
    pub const ALL: [Self; 10] = [
        Self::Disc,
        Self::Ring,
        Self::Square,
        Self::Triangle,
        Self::Star,
        Self::Cross,
        Self::Crescent,
        Self::Heart,
        Self::Arrow,
        Self::Hourglass,
    ];

    /// The class name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Disc => "disc",
            Self::Ring => "ring",
            Self::Square => "square",
            Self::Triangle => "triangle",
            Self::Star => "star",
            Self::Cross => "cross",
            Self::Crescent => "crescent",
            Self::Heart => "heart",
            Self::Arrow => "arrow",
            Self::Hourglass => "hourglass",
        }
    }

    /// Whether the point `(x, y)` lies inside, `y` upwards, the figure within about [`RADIUS`].
    pub(super) fn contains(self, x: i64, y: i64) -> bool {
        let within = |x: i64, y: i64, radius: i64| x * x + y * y <= radius * radius;
        match self {
            Self::Disc => within(x, y, 860),
            Self::Ring => within(x, y, 960) && !within(x, y, 560),
            Self::Square => x.abs() <= 760 && y.abs() <= 760,
            Self::Triangle => inside(&[(0, 1050), (-960, -620), (960, -620)], x, y),
            Self::Star => inside(&STAR, x, y),
            Self::Cross => x.abs().min(y.abs()) <= 280 && x.abs().max(y.abs()) <= 960,
            Self::Crescent => within(x, y, 980) && !within(x - 430, y, 760),
            Self::Heart => heart(x, y),
            Self::Arrow => inside(&ARROW, x, y),
            Self::Hourglass => y.abs() <= 940 && 100 * x.abs() <= 85 * y.abs() + 8_000,
        }
    }
}

const STAR: [(i64, i64); 10] = [
    (0, 1080),
    (-259, 356),
    (-1027, 334),
    (-419, -136),
    (-635, -874),
    (0, -440),
    (635, -874),
    (419, -136),
    (1027, 334),
    (259, 356),
];

const ARROW: [(i64, i64); 7] = [
    (1060, 0),
    (160, 760),
    (160, 270),
    (-980, 270),
    (-980, -270),
    (160, -270),
    (160, -760),
];

/// Two discs above a triangle whose sides touch them.
fn heart(x: i64, y: i64) -> bool {
    let x = x.abs();
    let lobe = (x - 450) * (x - 450) + (y - 330) * (y - 330) <= 500 * 500;
    // The line from (0, -980) to (876, 66), where it touches the disc.
    let below = 876 * (y + 980) >= 1046 * x && y <= 330 && x <= 900;
    lobe || (below && (y <= 66 || x <= 450))
}

/// Even-odd rule: an upward ray from the point crosses the boundary an odd number of times.
fn inside(corners: &[(i64, i64)], x: i64, y: i64) -> bool {
    let mut odd = false;
    let mut previous = corners[corners.len() - 1];
    for &corner in corners {
        let ((x0, y0), (x1, y1)) = (previous, corner);
        if (x0 > x) != (x1 > x) {
            // The edge is above the point: its height at x, multiplied by x1 - x0.
            let above = (y1 - y0) * (x - x0) - (y - y0) * (x1 - x0);
            odd ^= (above > 0) == (x1 > x0);
        }
        previous = corner;
    }
    odd
}
