//! Which of several networks a file is, by what they do with images.
//!
//! A wrong shortcut ruins the accuracy, but a normalisation that is only nearly right costs less than a few hundred images can show.
//! The first batch norm knows more: its running mean and variance are those of its input in training, to which only the right
//! normalisation comes near. So of the networks that the accuracy does not tell apart, that norm decides. The loss does not: it falls with
//! a larger scale where a network is less sure than it might be, as those are that were trained to be robust.

use super::{Proposal, Verdict};
use crate::data::{self, Dataset};
use crate::error::{Error, Result};
use crate::graph::{Layer, Network};
use crate::model::{Architecture, Model, load, script};
use crate::prediction;
use crate::run::activations;
use std::cmp::Ordering;
use std::path::{Path, PathBuf};
use tch::{Device, Kind, Tensor};
use valleyscope_shared::runner::Cancel;

/// Images by which a first look tells the hopeless ones.
const FIRST: usize = 64;

/// What ε is where it is not the usual one.
const EPSILONS: [f64; 2] = [1e-5, 1e-3];

/// Computes the clean accuracies on the first `count` images of a set and puts the best first.
///
/// Options are told apart under one normalisation first, and who is clearly worse after the first images is looked at no further.
/// Of the best the other usual ε of batch norms is tried too. `progress` hears how many images of how many were seen, over all.
///
/// # Errors
/// [`Error::Cancelled`], and what loading and computing give.
pub fn judge(
    proposals: &mut Vec<Proposal>,
    set: &dyn Dataset,
    count: usize,
    cancel: &Cancel,
    progress: &mut dyn FnMut(usize, usize),
) -> Result<()> {
    let count = count.min(set.info().count);
    let first = FIRST.min(count);
    let mut judge = Judge {
        set,
        cancel,
        done: 0,
        total: proposals.len() * first,
        progress,
        weights: None,
    };
    let hopeless = judge.options(proposals, first)?;
    let tried = |one: &Proposal| {
        !hopeless.contains(&(one.part.label.clone(), one.found.architecture.clone()))
    };
    for proposal in proposals.iter_mut().filter(|one| tried(one)) {
        judge.look(proposal, first)?;
    }
    let mut hopeful = hopeful(proposals);
    // Where the best is no better than chance, the images are not what the network is for, and more of them tell nothing.
    if best(proposals).is_some_and(|best| best.accuracy().low.0 <= judge.chance()) {
        hopeful.clear();
    }
    judge.total = judge.done + hopeful.len() * (count - first);
    for place in hopeful {
        judge.finish(&mut proposals[place], count)?;
    }
    sort(proposals, count);
    // Where everything else was told, nobody asked for another.
    if proposals.len() > 1
        && proposals[0]
            .verdict
            .as_ref()
            .is_some_and(|best| best.images() == count)
        && let Some(mut other) = proposals.first().and_then(other_epsilon)
    {
        judge.total += count;
        judge.look(&mut other, count)?;
        // What the norm takes does not depend on its ε.
        if let (Some(own), Some(verdict)) = (&proposals[0].verdict, &mut other.verdict) {
            verdict.divergence = own.divergence;
        }
        // The family's own, unless it is clearly worse.
        let worse = match (&proposals[0].verdict, &other.verdict) {
            (Some(own), Some(other)) => own.is_worse_than(other),
            _ => false,
        };
        proposals.insert(usize::from(!worse), other);
    }
    Ok(())
}

/// The one with the best accuracy on the images that it saw.
fn best(proposals: &[Proposal]) -> Option<&Verdict> {
    let all = proposals.iter().filter_map(|one| one.verdict.as_ref());
    all.max_by(|one, other| {
        let [one, other] = [one, other].map(|one| one.accuracy().share.0);
        one.total_cmp(&other)
    })
}

/// The places of those that are not clearly worse than the best.
fn hopeful(proposals: &[Proposal]) -> Vec<usize> {
    let Some(best) = best(proposals) else {
        return Vec::new();
    };
    let places = proposals.iter().enumerate();
    let close = |(place, one): (usize, &Proposal)| {
        let verdict = one.verdict.as_ref()?;
        (!verdict.is_worse_than(best)).then_some(place)
    };
    places.filter_map(close).collect()
}

/// The right normalisation of public networks is at most 0.001 nats off, and every other at least 0.004; attacked and noisy images
/// in training move the norm further. Beyond this nothing can be told by it.
const NEAR: f64 = 0.02;

/// The best first: those that saw every image and are not clearly worse than the best of them by the divergence of their first norm;
/// the others, and those without one, by accuracy.
fn sort(proposals: &mut [Proposal], count: usize) {
    let whole = |one: &Proposal| {
        let verdict = one.verdict.as_ref();
        verdict.is_some_and(|verdict| verdict.images() == count)
    };
    let all: Vec<Proposal> = proposals.iter().filter(|one| whole(one)).cloned().collect();
    let best = best(&all).cloned().unwrap_or_default();
    let close = |one: &Proposal| {
        let verdict = one.verdict.as_ref();
        whole(one) && verdict.is_some_and(|verdict| !verdict.is_worse_than(&best))
    };
    // Those without a norm are as far off as can be, so that the order is one.
    let divergence = |one: &Proposal| match close(one) {
        true => one.verdict.as_ref().and_then(|verdict| verdict.divergence),
        false => None,
    };
    // Where none is near, the network learned from images that are others than these, and its norm tells nothing.
    let nearest = proposals.iter().filter_map(divergence);
    let told = nearest.fold(f64::INFINITY, f64::min) <= NEAR;
    let share = |one: &Proposal| one.accuracy().map_or(-1.0, |rate| rate.share.0);
    proposals.sort_by(|one, other| {
        let [one_off, other_off] = [one, other].map(|one| divergence(one).unwrap_or(f64::INFINITY));
        close(other)
            .cmp(&close(one))
            .then(whole(other).cmp(&whole(one)))
            .then(if told {
                one_off.total_cmp(&other_off)
            } else {
                Ordering::Equal
            })
            .then(share(other).total_cmp(&share(one)))
    });
}

/// The same network with the other usual ε, where it has batch norms.
fn other_epsilon(proposal: &Proposal) -> Option<Proposal> {
    if proposal.found.architecture.family().tells_all() {
        return None;
    }
    let graph = load::graph(&proposal.card("", &numbered(proposal))).ok()?;
    let own = *graph.epsilons().first()?;
    let other = EPSILONS.into_iter().find(|epsilon| *epsilon != own)?;
    Some(Proposal {
        epsilon: Some(other),
        verdict: None,
        ..proposal.clone()
    })
}

fn numbered(proposal: &Proposal) -> Vec<String> {
    let classes = 0..proposal.found.classes;
    classes.map(|class| class.to_string()).collect()
}

/// Looks at images with one network after another.
struct Judge<'a> {
    set: &'a dyn Dataset,
    cancel: &'a Cancel,
    done: usize,
    total: usize,
    progress: &'a mut dyn FnMut(usize, usize),
    /// The weights file that was read last.
    weights: Option<(PathBuf, Vec<u8>)>,
}

/// How many images at a time a network is given: their values may take half a gigabyte.
fn at_a_time(layers: &[Layer]) -> usize {
    const NUMBERS: u64 = 1 << 27;
    ((NUMBERS / activations(layers).max(1)) as usize).clamp(1, FIRST)
}

/// What images are shown to.
enum Subject {
    /// A network, and how many images at a time it is given.
    Network(Network, usize),
    /// A program, of whose values nothing is known.
    Program(Box<dyn Model>),
}

impl Subject {
    fn model(&self) -> (&dyn Model, usize) {
        match self {
            Self::Network(network, at_a_time) => (network, *at_a_time),
            Self::Program(program) => (program.as_ref(), FIRST / 4),
        }
    }
}

impl Judge<'_> {
    /// The share of right predictions that guessing gives.
    fn chance(&self) -> f64 {
        1.0 / self.set.info().classes.len().max(2) as f64
    }

    /// The networks that are clearly worse than others under the normalisation that suits the first of them best, by part and options.
    fn options(
        &mut self,
        proposals: &mut [Proposal],
        first: usize,
    ) -> Result<Vec<(String, Architecture)>> {
        let mut hopeless = Vec::new();
        let labels: Vec<String> = proposals.iter().map(|one| one.part.label.clone()).collect();
        let mut seen: Vec<&String> = Vec::new();
        for label in &labels {
            if seen.contains(&label) {
                continue;
            }
            seen.push(label);
            let of_part = |one: &&mut Proposal| &one.part.label == label;
            let mut own: Vec<&mut Proposal> = proposals.iter_mut().filter(of_part).collect();
            let Some(architecture) = own.first().map(|one| one.found.architecture.clone()) else {
                continue;
            };
            for one in own
                .iter_mut()
                .filter(|one| one.found.architecture == architecture)
            {
                self.look(one, first)?;
            }
            let share = |one: &&mut Proposal| one.accuracy().map_or(-1.0, |rate| rate.share.0);
            let best = own
                .iter()
                .max_by(|one, other| share(one).total_cmp(&share(other)));
            let Some(normalisation) = best.map(|one| one.normalisation.clone()) else {
                continue;
            };
            own.retain(|one| one.normalisation == normalisation);
            for one in &mut own {
                self.look(one, first)?;
            }
            let own: Vec<Proposal> = own.into_iter().map(|one| one.clone()).collect();
            // Of what is no better than chance nothing is to be learned.
            if self::best(&own).is_some_and(|best| best.accuracy().low.0 <= self.chance()) {
                continue;
            }
            let close = hopeful(&own);
            let worse = own.into_iter().enumerate();
            let worse = worse.filter(|(place, _)| !close.contains(place));
            hopeless.extend(worse.map(|(_, one)| (label.clone(), one.found.architecture)));
        }
        Ok(hopeless)
    }

    /// Looks at the images up to `count` that were not seen yet.
    fn look(&mut self, proposal: &mut Proposal, count: usize) -> Result<()> {
        let mut verdict = proposal.verdict.take().unwrap_or_default();
        if verdict.images() < count {
            let subject = self.subject(proposal)?;
            self.see(&subject, &mut verdict, count)?;
        }
        proposal.verdict = Some(verdict);
        Ok(())
    }

    /// As [`Self::look`], and then at what the first norm takes.
    fn finish(&mut self, proposal: &mut Proposal, count: usize) -> Result<()> {
        let mut verdict = proposal.verdict.take().unwrap_or_default();
        let subject = self.subject(proposal)?;
        self.see(&subject, &mut verdict, count)?;
        if let Subject::Network(network, at_a_time) = &subject {
            verdict.divergence = self.diverge(network, count.min(2 * at_a_time))?;
        }
        proposal.verdict = Some(verdict);
        Ok(())
    }

    fn see(&mut self, subject: &Subject, verdict: &mut Verdict, count: usize) -> Result<()> {
        let (model, at_a_time) = subject.model();
        let _guard = tch::no_grad_guard();
        let rows: Vec<usize> = (verdict.images()..count).collect();
        for rows in rows.chunks(at_a_time) {
            if self.cancel.is_cancelled() {
                return Err(Error::Cancelled);
            }
            let (x, labels) = data::batch(self.set, rows, Device::Cpu, Kind::Float)?;
            let logits = model.forward(&x)?.logits;
            let right = prediction::is(&logits, &labels)?;
            verdict.right.extend(Vec::<bool>::try_from(&right)?);
            let logits = logits.f_to_kind(Kind::Double)?;
            let sum = tch::Reduction::Sum;
            let loss = logits.f_cross_entropy_loss::<Tensor>(&labels, None, sum, -100, 0.0)?;
            verdict.loss += loss.f_double_value(&[])?;
            self.done += rows.len();
            (self.progress)(self.done, self.total.max(self.done));
        }
        Ok(())
    }

    /// How far what its first norm takes is from its running statistics, with images as they are or as they are moved in training,
    /// whichever is nearer; nothing where it has no norm.
    fn diverge(&self, network: &Network, count: usize) -> Result<Option<f64>> {
        let Some((place, mean, variance)) = network.first_norm() else {
            return Ok(None);
        };
        let _guard = tch::no_grad_guard();
        let rows: Vec<usize> = (0..count).collect();
        let (x, _) = data::batch(self.set, &rows, Device::Cpu, Kind::Float)?;
        let mut least = f64::INFINITY;
        for x in [moved(&x)?, x] {
            let value = network.value_at(&x, place)?;
            least = least.min(apart(&value, mean, variance)?);
        }
        Ok(Some(least))
    }

    /// The network as its file has it: the first norm is looked at, and folding would cost more than it spares here.
    fn subject(&mut self, proposal: &Proposal) -> Result<Subject> {
        let card = proposal.card("a candidate", &numbered(proposal));
        let file = &proposal.part.weights;
        if card.program().is_some() {
            let program = script::model(file, &card, Device::Cpu, Kind::Float)?;
            return Ok(Subject::Program(program));
        }
        let (network, layers) = load::unfolded(&card, self.bytes(file)?)?;
        Ok(Subject::Network(network, at_a_time(&layers)))
    }

    fn bytes(&mut self, path: &Path) -> Result<&[u8]> {
        if self.weights.as_ref().is_none_or(|(known, _)| known != path) {
            self.weights = Some((path.to_owned(), load::content(path)?));
        }
        Ok(self.weights.as_ref().map_or(&[], |(_, bytes)| bytes))
    }
}

/// Images as training usually sees them: four black pixels around, cut to the old size at another place for each, every second one
/// mirrored. That makes them darker and more varied, which a norm remembers.
fn moved(x: &Tensor) -> Result<Tensor> {
    let (images, _, height, width) = x.size4()?;
    let wide = x.f_constant_pad_nd([4, 4, 4, 4])?;
    let mut all = Vec::new();
    for image in 0..images {
        // Spread over the 9 x 9 places.
        let (down, across) = ((image * 5) % 9, (image * 7 / 9 + image * 2) % 9);
        let cut = wide
            .f_narrow(0, image, 1)?
            .f_narrow(2, down, height)?
            .f_narrow(3, across, width)?;
        all.push(match image % 2 {
            0 => cut,
            _ => cut.f_flip([3])?,
        });
    }
    Ok(Tensor::f_cat(&all, 0)?)
}

/// Of two normal distributions with variances of ratio r and means d standard deviations apart, ½ (r + d² − 1 − ln r), in nats: what
/// comes beside what is remembered; the median over the channels, which are second in pictures and last in tokens.
fn apart(value: &Tensor, mean: &Tensor, variance: &Tensor) -> Result<f64> {
    let channels = mean.size()[0];
    let value = value.f_to_kind(Kind::Double)?;
    let value = match value.dim() {
        3 => value.f_reshape([-1, channels])?.f_transpose(0, 1)?,
        _ => value.f_transpose(0, 1)?.f_reshape([channels, -1])?,
    };
    let spread = value.f_var_dim([1i64].as_slice(), false, false)?;
    let own = value.f_mean_dim([1i64].as_slice(), false, None::<Kind>)?;
    let [mean, variance] = [mean, variance].map(|known| known.to_kind(Kind::Double));
    let variance = variance.f_clamp_min(1e-12)?;
    let ratio = spread.f_div(&variance)?.f_clamp_min(1e-12)?;
    let shift = own.f_sub(&mean)?.f_square()?.f_div(&variance)?;
    let apart = (&ratio + shift - 1.0 - ratio.log()) * 0.5;
    Ok(apart.f_median()?.f_double_value(&[])?)
}
