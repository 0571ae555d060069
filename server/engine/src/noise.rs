//! Random numbers keyed by what they are for.
//!
//! LibTorch's generator is one for the whole process, so noise is made here and copied to the device.
//! A stream is keyed by the run's seed, the example's index in its data set and the purpose,
//! so an example sees the same noise whatever else is in its batch.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

/// What a stream is for; streams of different purposes are independent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The random start of an attack.
    Start = 1,
    /// The points around an iterate at which VNI-FGSM looks.
    Neighbours = 2,
    /// The noise of Jitter's probabilities.
    Jitter = 3,
    /// Where a line to noise leads.
    NoisePath = 4,
    /// The class that a targeted attack leads an example to.
    Target = 10,
    /// The starts of APGD's runs.
    Apgd = 5,
    /// The directions of SPSA.
    Spsa = 8,
    /// The random starts of FAB.
    Fab = 6,
    /// The squares of Square.
    Square = 7,
    /// The random numbers of a corruption.
    Corruption = 9,
    /// The random starts of the runs after the first.
    Restart = 11,
    /// The directions along which curvature is probed.
    Probe = 12,
    /// The classes' signs of such a probe.
    ClassProbe = 13,
    /// The directions that span Hutch++'s subspace.
    Sketch = 14,
    /// Where Lanczos's iteration starts.
    Krylov = 15,
    /// Random changes of weights.
    WeightChange = 16,
}

/// The noise of one run's pass.
#[derive(Clone, Copy, Debug)]
pub struct Noise {
    seed: u64,
}

impl Noise {
    /// Of this seed.
    pub fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// The noise of one part of an attack that is made of several.
    pub fn part(&self, part: u64) -> Self {
        // Parts of one seed and other seeds stay apart: the factor is odd, and the golden ratio spreads its multiples.
        let shift = (part + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        Self::new(self.seed ^ shift)
    }

    /// The stream that all examples of the run share: the same whatever they are and however they are batched.
    pub fn shared(&self, purpose: Purpose) -> Stream {
        // No data set has that many images.
        self.stream(u64::MAX, purpose)
    }

    /// The stream of one example and purpose.
    pub fn stream(&self, index: u64, purpose: Purpose) -> Stream {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&self.seed.to_le_bytes());
        key[8..16].copy_from_slice(&index.to_le_bytes());
        key[16] = purpose as u8;
        Stream {
            generator: ChaCha8Rng::from_seed(key),
        }
    }
}

/// Independent numbers.
#[derive(Clone, Debug)]
pub struct Stream {
    generator: ChaCha8Rng,
}

impl Stream {
    /// Uniform in [0, 1), with 53 random bits.
    pub fn unit(&mut self) -> f64 {
        (self.generator.next_u64() >> 11) as f64 * (1.0 / (1_u64 << 53) as f64)
    }

    /// Uniform in [−1, 1).
    pub fn signed_unit(&mut self) -> f64 {
        2.0 * self.unit() - 1.0
    }

    /// Plus and minus one, each as likely, from the bits of as few words as hold them, lowest first.
    pub fn signs(&mut self, count: usize) -> impl Iterator<Item = f32> {
        let words = (0..count.div_ceil(64)).map(|_| self.generator.next_u64());
        let words: Vec<u64> = words.collect();
        (0..count).map(move |place| match words[place / 64] >> (place % 64) & 1 {
            0 => -1.0,
            _ => 1.0,
        })
    }

    /// Exponential with mean one.
    pub fn exponential(&mut self) -> f64 {
        -(1.0 - self.unit()).ln()
    }

    /// Minus or plus one.
    pub fn sign(&mut self) -> f64 {
        match self.generator.next_u64() >> 63 {
            0 => -1.0,
            _ => 1.0,
        }
    }

    /// Standard normal (Box and Muller 1958).
    pub fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.unit()).cos()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_is_the_same_again_and_others_differ() {
        let draw = |seed, index| {
            let mut stream = Noise::new(seed).stream(index, Purpose::Start);
            [stream.unit(), stream.unit()]
        };
        assert_eq!(draw(1, 7), draw(1, 7));
        assert_ne!(draw(1, 7), draw(1, 8));
        assert_ne!(draw(1, 7), draw(2, 7));
    }

    #[test]
    fn moments_are_those_of_the_distributions() {
        let mut stream = Noise::new(3).stream(0, Purpose::Start);
        let n = 40_000;
        let (mut uniform, mut normal) = (0.0, 0.0);
        for _ in 0..n {
            uniform += stream.signed_unit().powi(2);
            normal += stream.normal().powi(2);
        }
        // Second moments 1/3 and 1; their standard errors are 0.0015 and 0.007, four of which are allowed.
        assert!((uniform / f64::from(n) - 1.0 / 3.0).abs() < 0.006);
        assert!((normal / f64::from(n) - 1.0).abs() < 0.028);
    }
}
