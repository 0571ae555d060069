//! The documents, field by field.

use super::{FromValue, Part};
use crate::api::{
    BandCurve, Estimate, EventPage, ExampleDetail, ExamplePage, KeyResults, RunPage, RunView,
    Snapshot,
};
use crate::catalog::{Accuracy, Catalog, DataInfo, ModelInfo};
use crate::ending::{Ending, Endings};
use crate::field::{Choice, Field, Kind};
use crate::lean;
use crate::measure::MeasureInfo;
use crate::origin::Origin;
use crate::problem::{FieldError, Problem};
use crate::readings::Axis;
use crate::run::{Pass, RunState};
use crate::spec::preset::Preset;
use crate::spec::{self, AttackInfo, DataSpec, Precision, RunSpec, Seeds};
use crate::statistic::{Quartiles, Rate};
use crate::valley::{Aligned, AlignedPoint, BandPoint, ClassRow, PassSummary, Path, Timeline};
use crate::verdict::Verdict;

// What is asked for, and how it is refused.
lean! {
    RunSpec {
        model, data, attack, seed or Seeds::default(), batch_size or spec::default_batch_size(),
        device or spec::default_device(), precision or Precision::default(),
        keep_examples or spec::default_keep_examples(),
    }
    DataSpec { set, first, count, indices, class, only_correct or false }
    Estimate { examples, points, passes, at_most or false, seconds, memory, kept_bytes }
    Problem { kind as "type", title, status, detail, errors or Vec::new() }
    FieldError { path, message }
}

// Runs.
lean! {
    Origin { weights, card, data, images, spec }
    RunView {
        id, title, phase, position, spec, created_ms, started_ms, ended_ms, done, total, results,
        reason, warnings, repeat_of, resumes, example, batch, problem, origin,
        verdicts or Vec::new(), changed or Vec::new(),
    }
    Verdict { epsilon, clean_accuracy, robust_accuracy, survives, passes }
    KeyResults {
        epsilon, n, clean_accuracy, robust_accuracy, first_flip, peak_at_flip, in_valley, survives, passes,
    }
    RunPage { runs, next, matching }
    Snapshot { run, cursor, state }
    EventPage { epoch, frames, cursor, ended }
    RunState { seq, phase, started_ms, last_ms, started, passes, done, warnings, ended }
    Pass { points, summary }
    Axis { steps, random_start }
}

// What was read.
lean! {
    Quartiles { n, q1, median, q3 }
    Rate { hits, n, share, low, high }
    BandPoint { n, not_finite, mean, low, high, q1, median, q3 }
    BandCurve { measure, population, labels, points }
    Aligned { measure, population, flipped, points }
    AlignedPoint { offset, band }
    Timeline { steps, accuracy, robust, passes or Vec::new(), not_finite or Vec::new() }
    PassSummary {
        seed, measure, population, begun, finished, n, wrong, not_finite or 0, clean_accuracy, robust_accuracy,
        flipped, reached_target, first_flip, peak_minus_flip, peak_at_flip, chance,
        peak_over_clean, end_over_peak, in_valley, below_tenth, flipped_back, endings, classes,
    }
    ClassRow { class, n, flipped, first_flip, peak_over_clean, end_over_peak, flipped_to }
    Endings {
        success, last_success, last_survives, best_survives, l0, l1, l2, linf, forward, backward,
        passes_to_success, reach or Vec::new(), not_finite or 0,
    }
    ExamplePage { examples, next, begun }
    ExampleDetail { path, curves, kept, probabilities }
    Path {
        row, index, label, right, first_flip, flip_to, target, first_target, peak_step, clean,
        peak, end, flipped_at_end, flips_back, points, not_finite, ending,
    }
    Ending {
        first_success, last_step, last_success, last_survives, best_step, best_success,
        best_survives, l0, l1, l2, linf, forward, backward, passes_to_success, not_finite,
    }
}

// The catalogue.
lean! {
    ModelInfo {
        id, title, architecture, parameters, input_shape, classes, normalisation, data, accuracy,
        training, source, remark, embedded, cost, problem,
    }
    Accuracy { name, share, n }
    DataInfo { id, title, count, shape, classes, source, embedded, problem }
    MeasureInfo { id, title, unit, formula, help, sharpness }
    Preset { id, title, help, attack }
    Field { id, title, help, kind, default, advanced, several or false }
    Choice { id, title }
}

/// A newer server may have measures and presets that this page cannot name.
impl FromValue for Catalog {
    fn from_value(part: &Part<'_>) -> Self {
        Self {
            version: part.field("version"),
            models: part.field("models"),
            data_sets: part.field("data_sets"),
            attacks: part.field("attacks"),
            measures: part.known("measures"),
            presets: part.known("presets"),
            devices: part.field("devices"),
            auto_device: part.field("auto_device"),
        }
    }
}

/// An attack with the fields that this page knows how to show.
impl FromValue for AttackInfo {
    fn from_value(part: &Part<'_>) -> Self {
        Self {
            id: part.field("id"),
            title: part.field("title"),
            help: part.field("help"),
            fields: part.known("fields"),
            random: part.field_or("random", false),
            path: part.field_or("path", false),
        }
    }
}

impl FromValue for Kind {
    fn from_value(part: &Part<'_>) -> Self {
        match part.field::<String>("type").as_str() {
            "length" => Self::Length {
                min: part.field("min"),
                above: part.field("above"),
            },
            "integer" => Self::Integer {
                min: part.field("min"),
                max: part.field("max"),
            },
            "number" => Self::Number {
                min: part.field("min"),
                max: part.field("max"),
            },
            "choice" => Self::Choice {
                options: part.field("options"),
            },
            "class" => Self::Class,
            "flag" => Self::Flag,
            _ => {
                part.note("is of no kind that is known");
                Self::Flag
            }
        }
    }
}
