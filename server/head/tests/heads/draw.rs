//! Random heads.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use valleyscope_head::{Around, Displacement, Softmax, Weights, length};

/// A linear last layer, and an example before it.
pub struct Head {
    pub weights: Weights,
    pub softmax: Softmax,
    pub label: usize,
    pub features: usize,
    matrix: Vec<f64>,
}

impl Head {
    pub fn around(&self) -> Around {
        Around::of(&self.weights, &self.softmax, self.label)
    }

    pub fn rows(&self) -> impl Iterator<Item = &[f64]> {
        self.matrix.chunks(self.features)
    }

    /// What a step of the features does to the logits.
    pub fn moved(&self, step: &[f64]) -> Vec<f64> {
        let of = |row: &[f64]| row.iter().zip(step).map(|(w, d)| w * d).sum();
        self.rows().map(of).collect()
    }

    /// A step of this length toward the class that takes over first.
    pub fn worst(&self, size: f64) -> Vec<f64> {
        let rows: Vec<&[f64]> = self.rows().collect();
        let own = rows[self.label];
        let toward =
            |k: usize| -> Vec<f64> { rows[k].iter().zip(own).map(|(a, b)| a - b).collect() };
        let reach = |k: &usize| self.softmax.lead(self.label, *k) / length(&toward(*k));
        let others = (0..rows.len()).filter(|k| *k != self.label);
        let nearest = others.min_by(|a, b| reach(a).total_cmp(&reach(b)));
        let direction = toward(nearest.unwrap_or(0));
        let norm = length(&direction);
        direction.iter().map(|d| d / norm * size).collect()
    }

    pub fn words(&self) -> String {
        let p = self.softmax.p[self.softmax.top];
        format!(
            "{} classes, {} features, confidence {p}",
            self.softmax.p.len(),
            self.features
        )
    }
}

/// Draws numbers, the same of the same seed.
pub struct Draw(ChaCha8Rng);

impl Draw {
    pub fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// Evenly from 0 to 1.
    fn even(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Nearly normal: twelve even numbers.
    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.even()).sum::<f64>() - 6.0
    }

    fn one_of(&mut self, choices: &[usize]) -> usize {
        choices[(self.0.next_u64() % choices.len() as u64) as usize]
    }

    /// Over three decades.
    fn scale(&mut self) -> f64 {
        10.0_f64.powf(self.even() * 3.0 - 2.0)
    }

    pub fn head(&mut self) -> Head {
        let classes = match self.0.next_u64() % 50 {
            0 => 100,
            _ => self.one_of(&[2, 2, 3, 4, 5, 10]),
        };
        let (features, scale) = (self.one_of(&[1, 2, 3, 8, 16]), self.scale());
        let logits = self.scale() * 10.0;
        self.of(classes, features, scale, logits)
    }

    /// Gaps of some 20 to 60 between the first logit and the others.
    pub fn saturated(&mut self) -> Head {
        let classes = self.one_of(&[2, 3, 10]);
        let mut head = self.of(classes, 4, 1.0, 1.0);
        let gap = 20.0 + 40.0 * self.even();
        let logits: Vec<f64> = (0..classes)
            .map(|k| if k == 0 { gap } else { self.even() })
            .collect();
        head.softmax = Softmax::new(&logits);
        head.label = 0;
        head
    }

    fn of(&mut self, classes: usize, features: usize, scale: f64, logits: f64) -> Head {
        let matrix: Vec<f64> = (0..classes * features)
            .map(|_| scale * self.normal())
            .collect();
        let logits: Vec<f64> = (0..classes).map(|_| logits * self.normal()).collect();
        let softmax = Softmax::new(&logits);
        let label = match self.0.next_u64() % 2 {
            0 => softmax.top,
            _ => (self.0.next_u64() % classes as u64) as usize,
        };
        Head {
            weights: Weights::new(&matrix, classes),
            softmax,
            label,
            features,
            matrix,
        }
    }

    pub fn class(&mut self, head: &Head) -> usize {
        (self.0.next_u64() % head.softmax.p.len() as u64) as usize
    }

    /// Evenly on the unit sphere.
    pub fn direction(&mut self, size: usize) -> Vec<f64> {
        let direction: Vec<f64> = (0..size).map(|_| self.normal()).collect();
        let norm = length(&direction).max(f64::MIN_POSITIVE);
        direction.iter().map(|d| d / norm).collect()
    }

    /// The length of a step, over four decades.
    pub fn length(&mut self) -> f64 {
        10.0_f64.powf(self.even() * 4.0 - 3.0)
    }

    /// A step of this length: anywhere, or toward another class, which is nearly the worst.
    pub fn step(&mut self, head: &Head, size: f64) -> Vec<f64> {
        match self.0.next_u64() % 2 {
            0 => self
                .direction(head.features)
                .iter()
                .map(|d| d * size)
                .collect(),
            _ => head.worst(size),
        }
    }

    /// A step of any length, as the logits see it.
    pub fn displacement(&mut self, head: &Head) -> Displacement {
        let size = self.length();
        let step = self.step(head, size);
        Displacement::of(&head.softmax, &head.moved(&step), head.label)
    }
}
