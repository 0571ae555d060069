//! What is proved of softmax heads, on 100,000 random ones each: curvatures, third derivatives, bounds and radii.
//!
//! Heads have 2 to 100 classes, weights over three decades and confidences from even to saturated; labels are the predicted class or any.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[macro_use]
mod count;
mod bounds;
mod draw;
mod inequalities;
