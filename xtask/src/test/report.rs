//! The closing table, and the line that counts.

use valleyscope_tests::data::Asked;

use super::Outcome;
use super::count::Count;
use super::waiting;

pub fn line(outcome: &Outcome) -> String {
    let Count {
        passed,
        failed,
        skipped,
    } = outcome.count;
    let verdict = if failed == 0 { "passed" } else { "FAILED" };
    format!(
        "{:<22} {verdict}  {passed:>5} passed {failed:>3} failed {skipped:>3} skipped {:>7.1} s",
        outcome.name, outcome.seconds
    )
}

/// Prints the table and, as the very last line, `N passed, N failed`.
pub fn print(outcomes: &[Outcome], waiting: &[Asked]) -> Count {
    println!();
    for outcome in outcomes {
        println!("{}", line(outcome));
    }
    let total = outcomes
        .iter()
        .fold(Count::default(), |sum, outcome| sum + outcome.count);
    let seconds: f64 = outcomes.iter().map(|outcome| outcome.seconds).sum();
    println!(
        "in {:.1} minutes, {} skipped",
        seconds / 60.0,
        total.skipped
    );
    if let Some(line) = waiting::line(waiting) {
        println!("{line}");
    }
    println!("{} passed, {} failed", total.passed, total.failed);
    total
}
