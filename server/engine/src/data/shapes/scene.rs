//! One picture: a shaded ground, clutter, the figure with its weave, noise.

use super::canvas::{Canvas, Colour, PIXEL};
use super::figure::{Figure, RADIUS};
use super::random::Random;
use super::sine::{ONE, TURN, cosine, sine};
use super::{SIDE, Split};

/// Grey levels by which a faint and a bold figure differ from the ground in every channel.
const FAINT: [i32; 2] = [34, 48];
const BOLD: [i32; 2] = [80, 108];
/// Grey levels by which a piece of clutter differs from the ground.
const CLUTTER_CONTRAST: i32 = 34;
/// How many pieces of clutter.
const CLUTTER: [i32; 2] = [3, 6];
/// Standard deviation of the noise in grey levels.
const NOISE: i32 = 7;
/// Amplitude of the weave in grey levels.
const WEAVE: i32 = 5;
/// Cycles of the weave per 1024 pixels: a period of three pixels.
const WEAVE_FREQUENCY: i32 = 341;

/// Draws image `index` of `split`, a `figure`, as bytes `[3, SIDE, SIDE]`.
pub(super) fn draw(split: Split, index: usize, figure: Figure, bytes: &mut [u8]) {
    let split = match split {
        Split::Train => 0,
        Split::Test => 1,
    };
    let mut random = Random::new(&[split, index as u64]);
    let base: Colour = std::array::from_fn(|_| random.between(84, 172));
    let mut canvas = ground(base, &mut random);
    for _ in 0..random.between(CLUTTER[0], CLUTTER[1]) {
        clutter(&mut canvas, base, &mut random);
    }
    paint_figure(&mut canvas, figure, base, &mut random);
    canvas.disturb(|| noise(&mut random));
    canvas.write(bytes);
}

/// A colour that changes steadily across the picture in a random direction.
fn ground(base: Colour, random: &mut Random) -> Canvas {
    let angle = random.between(0, TURN - 1);
    let slope: Colour = std::array::from_fn(|_| random.between(-26, 26));
    let half = SIDE as i32 / 2;
    Canvas::new(|column, row| {
        let along = (column - half) * cosine(angle) + (row - half) * sine(angle);
        std::array::from_fn(|c| base[c] + slope[c] * along / (half * ONE))
    })
}

/// A stroke or a dot of a colour near the ground's.
fn clutter(canvas: &mut Canvas, base: Colour, random: &mut Random) {
    let colour: Colour = base.map(|c| c + random.between(-CLUTTER_CONTRAST, CLUTTER_CONTRAST));
    let end = SIDE as i32 * PIXEL;
    let (x0, y0) = (random.between(0, end), random.between(0, end));
    let angle = random.between(0, TURN - 1);
    // A stroke of length 0 is a dot.
    let length = if random.below(3) == 0 {
        0
    } else {
        random.between(5, 15) * PIXEL
    };
    let thickness = if length == 0 {
        random.between(70, 150)
    } else {
        random.between(32, 64)
    };
    let (along_x, along_y) = (cosine(angle), sine(angle));
    let contains = |x: i32, y: i32| {
        let (dx, dy) = (i64::from(x - x0), i64::from(y - y0));
        let one = i64::from(ONE);
        let along = (dx * i64::from(along_x) + dy * i64::from(along_y)) / one;
        let beyond = along - along.clamp(0, i64::from(length));
        let across = (dy * i64::from(along_x) - dx * i64::from(along_y)) / one;
        beyond * beyond + across * across <= i64::from(thickness * thickness)
    };
    canvas.paint([x0, y0], length + thickness, contains, |_, _| colour);
}

/// The figure at a random place, size and angle, in a colour that differs from the ground's.
fn paint_figure(canvas: &mut Canvas, figure: Figure, base: Colour, random: &mut Random) {
    let half = SIDE as i32 * PIXEL / 2;
    let shift = 7 * PIXEL / 2;
    let (x0, y0) = (
        half + random.between(-shift, shift),
        half + random.between(-shift, shift),
    );
    let radius = i64::from(random.between(17 * PIXEL / 2, 12 * PIXEL));
    let angle = random.between(0, TURN - 1);
    let (turn_x, turn_y) = (i64::from(cosine(angle)), i64::from(sine(angle)));
    let [least, most] = if random.below(2) == 0 { FAINT } else { BOLD };
    let contrast: Colour = std::array::from_fn(|c| {
        let size = random.between(least, most);
        let darker = random.below(2) == 0;
        // A difference that would leave the range of a byte goes the other way.
        if (darker && base[c] >= size) || base[c] + size > 255 {
            -size
        } else {
            size
        }
    });
    let contains = |x: i32, y: i32| {
        let (dx, dy) = (i64::from(x - x0), i64::from(y0 - y));
        let u = (dx * turn_x + dy * turn_y) * RADIUS / (radius * i64::from(ONE));
        let v = (dy * turn_x - dx * turn_y) * RADIUS / (radius * i64::from(ONE));
        figure.contains(u, v)
    };
    let weave = weave(figure, random);
    // No figure reaches farther than 1.3 times its radius, the square's corners included.
    let reach = 13 * radius as i32 / 10;
    canvas.paint([x0, y0], reach, contains, |column, row| {
        let thread = weave(column, row);
        std::array::from_fn(|c| base[c] + contrast[c] + thread)
    });
}

/// Fine, faint stripes whose direction belongs to the class, at a random phase.
///
/// They are a cue that a person overlooks and a small perturbation erases or forges: what makes a
/// standard model accurate and vulnerable at once.
fn weave(figure: Figure, random: &mut Random) -> impl Fn(i32, i32) -> i32 + use<> {
    let angle = figure as i32 * (TURN / 2) / Figure::ALL.len() as i32;
    let (across_x, across_y) = (
        WEAVE_FREQUENCY * cosine(angle) / ONE,
        WEAVE_FREQUENCY * sine(angle) / ONE,
    );
    let phase = random.between(0, TURN - 1);
    move |column, row| WEAVE * sine(across_x * column + across_y * row + phase) / ONE
}

/// The sum of four bytes, centred and scaled: nearly normal, with standard deviation [`NOISE`].
fn noise(random: &mut Random) -> i32 {
    /// Mean and, rounded, standard deviation of the sum of four independent uniform bytes.
    const MEAN: i32 = 510;
    const DEVIATION: i32 = 148;
    let sum: i32 = random.bits().to_le_bytes()[..4]
        .iter()
        .map(|&byte| i32::from(byte))
        .sum();
    let scaled = (sum - MEAN) * NOISE;
    // Rounded to the nearest, halves away from zero.
    (scaled + scaled.signum() * DEVIATION / 2) / DEVIATION
}
