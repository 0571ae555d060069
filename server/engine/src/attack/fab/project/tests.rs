//! Against a search by bisection, one problem at a time.

use super::*;
use crate::noise::{Noise, Purpose};

struct Problem {
    x: Vec<f64>,
    w: Vec<f64>,
    c: f64,
}

/// Small problems of every kind: planes near and far, on either side and out of reach, pixels at the bounds, normals with zeros.
fn problems() -> Vec<Problem> {
    let mut stream = Noise::new(8).stream(0, Purpose::Fab);
    let mut problem = |kind: usize| {
        let mut draw = |corner: f64| match stream.unit() {
            u if u < corner => 0.0,
            u if u < 2.0 * corner => 1.0,
            _ => stream.unit(),
        };
        let x: Vec<f64> = (0..7)
            .map(|_| draw(if kind.is_multiple_of(2) { 0.0 } else { 0.2 }))
            .collect();
        let w: Vec<f64> = (0..7)
            .map(|i| match (kind / 2) % 3 {
                1 if i % 3 == 0 => 0.0,
                2 => stream.normal() * 10_f64.powi(i - 3),
                _ => stream.normal(),
            })
            .collect();
        let size: f64 = w.iter().map(|w| w.abs()).sum();
        Problem {
            x,
            c: stream.signed_unit() * size * [0.1, 0.5, 1.2][kind % 3],
            w,
        }
    };
    (0..300).map(&mut problem).collect()
}

fn project(norm: Norm, problems: &[Problem]) -> Vec<Vec<f64>> {
    let rows = |of: fn(&Problem) -> &Vec<f64>| {
        let all: Vec<f64> = problems.iter().flat_map(of).copied().collect();
        Tensor::from_slice(&all).view([problems.len() as i64, -1])
    };
    let c: Vec<f64> = problems.iter().map(|problem| problem.c).collect();
    let d = to_plane(
        norm,
        &rows(|problem| &problem.x),
        &rows(|problem| &problem.w),
        &Tensor::from_slice(&c),
    )
    .unwrap();
    (0..problems.len() as i64)
        .map(|row| Vec::try_from(d.get(row)).unwrap())
        .collect()
}

/// The d of one multiplier: x − c's sign · λ · w (l2) or its sign (linf), cut to the box.
fn at(norm: Norm, Problem { x, w, c }: &Problem, lambda: f64) -> Vec<f64> {
    let moved = |(x, w): (&f64, &f64)| {
        let way = match norm {
            Norm::Linf if *w == 0.0 => 0.0,
            Norm::Linf => w.signum(),
            Norm::L2 | Norm::L1 => *w,
        };
        (x - c.signum() * lambda * way).clamp(0.0, 1.0) - x
    };
    x.iter().zip(w).map(moved).collect()
}

/// By the conditions of optimality d is of that form; the plane is reached where w·d + c changes its sign.
fn by_bisection(norm: Norm, problem: &Problem) -> Vec<f64> {
    let value = |lambda: f64| {
        let d = at(norm, problem, lambda);
        problem.c.signum() * (problem.c + dot(&problem.w, &d))
    };
    let (mut low, mut high) = (0.0, 1e12);
    for _ in 0..200 {
        let middle = (low + high) / 2.0;
        *(if value(middle) > 0.0 {
            &mut low
        } else {
            &mut high
        }) = middle;
    }
    at(norm, problem, high)
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[test]
fn it_is_what_bisection_finds() {
    let problems = problems();
    for norm in [Norm::Linf, Norm::L2] {
        let mut missed = 0;
        for (problem, got) in problems.iter().zip(project(norm, &problems)) {
            let want = by_bisection(norm, problem);
            let far = (problem.c + dot(&problem.w, &want)).abs() > 1e-6;
            missed += usize::from(far);
            for (got, want) in got.iter().zip(&want) {
                // Bisection ends at neighbouring numbers; normals reach over six powers of ten.
                assert!((got - want).abs() < 1e-9, "{norm:?}: {got} {want}");
            }
        }
        // Both kinds are among the problems.
        assert!(missed > 20 && missed < 200, "{missed}");
    }
}

#[test]
fn it_is_feasible_and_nothing_feasible_is_shorter() {
    let problems = problems();
    let mut stream = Noise::new(9).stream(0, Purpose::Fab);
    for norm in [Norm::Linf, Norm::L2] {
        let length = |d: &[f64]| match norm {
            Norm::Linf => d.iter().fold(0.0_f64, |most, d| most.max(d.abs())),
            Norm::L2 | Norm::L1 => dot(d, d).sqrt(),
        };
        for (problem, d) in problems.iter().zip(project(norm, &problems)) {
            let inside = |d: &[f64]| {
                let all = problem.x.iter().zip(d);
                all.fold(true, |ok, (x, d)| {
                    ok && (-1e-15..=1.0 + 1e-15).contains(&(x + d))
                })
            };
            assert!(inside(&d));
            if (problem.c + dot(&problem.w, &d)).abs() > 1e-9 * dot(&problem.w, &problem.w).sqrt() {
                continue;
            }
            // Another point of the plane: two pixels exchange what they give to w·d.
            for _ in 0..20 {
                let mut other = d.clone();
                let (i, j) = (
                    (stream.unit() * 7.0) as usize,
                    (stream.unit() * 7.0) as usize,
                );
                if i == j || problem.w[i] == 0.0 || problem.w[j] == 0.0 {
                    continue;
                }
                let part = 0.01 * stream.signed_unit() * problem.w[i].abs().min(problem.w[j].abs());
                other[i] += part / problem.w[i];
                other[j] -= part / problem.w[j];
                assert!(
                    !inside(&other) || length(&other) > length(&d) - 1e-12,
                    "{norm:?}"
                );
            }
        }
    }
}

#[test]
fn a_plane_without_a_normal_moves_nothing() {
    let x = Tensor::from_slice(&[0.5, 0.2]).view([1, 2]);
    for norm in [Norm::Linf, Norm::L2] {
        for c in [0.0, 1.0] {
            let d = to_plane(norm, &x, &x.zeros_like(), &Tensor::from_slice(&[c])).unwrap();
            assert_eq!(Vec::<f64>::try_from(d.view([-1])).unwrap(), [0.0, 0.0]);
        }
    }
}
