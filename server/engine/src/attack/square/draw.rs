//! What Square draws, for each example by itself or once for all.

use crate::error::Result;
use crate::noise::Stream;
use tch::Tensor;

pub(super) struct Draws {
    /// One for each example that has not left.
    own: Vec<Stream>,
    /// In AutoAttack's way, the one that all share. It is drawn from as often whoever has left, so no example depends on another.
    shared: Option<Stream>,
}

impl Draws {
    pub fn new(own: Vec<Stream>, shared: Option<Stream>) -> Self {
        Self { own, shared }
    }

    /// Goes on with the examples at these places alone.
    pub fn keep(&mut self, places: &[usize]) {
        self.own = places
            .iter()
            .map(|place| self.own[*place].clone())
            .collect();
    }

    /// ±1 as `[N, shape...]` like `like`, each example's own even where places are shared.
    pub fn signs(&mut self, shape: [i64; 3], like: &Tensor) -> Result<Tensor> {
        let count = shape.iter().product();
        let own = self.own.iter_mut();
        let signs: Vec<f64> = own.flat_map(|stream| sign(stream, count)).collect();
        tensor(&signs, shape, like)
    }

    /// ±1 as `[N, channels, 1, 1]`: the colours of a square, which the examples share if they share its place.
    pub fn colours(&mut self, channels: i64, like: &Tensor) -> Result<Tensor> {
        let signs = self.each(|stream, _| sign(stream, channels));
        tensor(&signs.concat(), [channels, 1, 1], like)
    }

    /// A whole number from 0 to `most` for each example, as `[N, 1, 1, 1]`.
    ///
    /// Shared ones never reach `most`, as AutoAttack cuts a number below it off.
    pub fn places(&mut self, most: i64, like: &Tensor) -> Result<Tensor> {
        let places = self.each(|stream, shared| {
            let range = if shared { most } else { most + 1 };
            (stream.unit() * range as f64) as i64
        });
        Ok(Tensor::f_from_slice(&places)?
            .f_view([-1, 1, 1, 1])?
            .f_to_device(like.device())?)
    }

    /// A coin for each example, as booleans `[N, 1, 1, 1]`.
    pub fn coins(&mut self, like: &Tensor) -> Result<Tensor> {
        let coins = self.each(|stream, _| stream.unit() > 0.5);
        Ok(Tensor::f_from_slice(&coins)?
            .f_view([-1, 1, 1, 1])?
            .f_to_device(like.device())?)
    }

    /// One draw for each example: its own, or the shared one for all.
    fn each<T: Clone>(&mut self, draw: impl Fn(&mut Stream, bool) -> T) -> Vec<T> {
        match &mut self.shared {
            Some(shared) => vec![draw(shared, true); self.own.len()],
            None => self.own.iter_mut().map(|own| draw(own, false)).collect(),
        }
    }
}

fn sign(stream: &mut Stream, count: i64) -> Vec<f64> {
    let one = |_| if stream.unit() < 0.5 { -1.0 } else { 1.0 };
    (0..count).map(one).collect()
}

fn tensor(values: &[f64], shape: [i64; 3], like: &Tensor) -> Result<Tensor> {
    let [a, b, c] = shape;
    Ok(Tensor::f_from_slice(values)?
        .f_view([-1, a, b, c])?
        .f_to_device(like.device())?
        .f_to_kind(like.f_kind()?)?)
}

/// Where the window of this side at (`top`, `left`), both `[N, 1, 1, 1]`, lies in images of this size: booleans `[N, 1, height, width]`.
pub(super) fn window(
    top: &Tensor,
    left: &Tensor,
    side: i64,
    height: i64,
    width: i64,
) -> Result<Tensor> {
    let along = |from: &Tensor, shape: [i64; 4], length| -> Result<Tensor> {
        let place = Tensor::f_arange(length, (tch::Kind::Int64, from.device()))?
            .f_view(shape)?
            .f_sub(from)?;
        Ok(place.f_ge(0)?.f_logical_and(&place.f_lt(side)?)?)
    };
    let rows = along(top, [1, 1, -1, 1], height)?;
    let columns = along(left, [1, 1, 1, -1], width)?;
    Ok(rows.f_logical_and(&columns)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::noise::{Noise, Purpose};

    fn reached(shared: bool) -> (i64, i64) {
        let noise = Noise::new(1);
        let own = vec![noise.stream(0, Purpose::Square)];
        let mut draws = Draws::new(own, shared.then(|| noise.shared(Purpose::Square)));
        let like = Tensor::zeros([1], (tch::Kind::Double, tch::Device::Cpu));
        let all: Vec<i64> = (0..400)
            .map(|_| draws.places(3, &like).unwrap().int64_value(&[0, 0, 0, 0]))
            .collect();
        (*all.iter().min().unwrap(), *all.iter().max().unwrap())
    }

    #[test]
    fn own_places_reach_the_last_row_and_shared_ones_do_not() {
        assert_eq!(reached(false), (0, 3));
        assert_eq!(reached(true), (0, 2));
    }

    #[test]
    fn a_window_of_a_long_image_is_a_square() {
        let at = |place: i64| Tensor::from_slice(&[place]).view([1, 1, 1, 1]);
        let window = window(&at(1), &at(4), 2, 4, 7).unwrap();
        let inside = Vec::<i64>::try_from(window.nonzero().narrow(1, 2, 2).flatten(0, -1)).unwrap();
        assert_eq!(inside, [1, 4, 1, 5, 2, 4, 2, 5]);
    }
}
