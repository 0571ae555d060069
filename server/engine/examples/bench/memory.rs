//! Peak memory of runs of different length, each in a process of its own.

use crate::Result;
use std::process::Command;
use valleyscope_engine::run::EngineRunner;
use valleyscope_shared::runner::{Cancel, Runner};
use valleyscope_shared::spec::RunSpec;

/// Runs `steps` steps on 128 images of the embedded model and prints the process's peak memory in KiB.
pub fn child(steps: &str) -> Result<()> {
    let steps: u32 = steps.parse()?;
    let spec = format!(
        r#"{{"model": "shapes-standard", "data": {{"set": "shapes-test", "count": 128}},
            "attack": {{"pgd": {{"steps": {steps}}}}}, "keep_examples": 0}}"#
    );
    let mut runner = EngineRunner {
        data_dir: std::env::temp_dir(),
        device: tch::Device::Cpu,
    };
    runner.run(&RunSpec::from_json(&spec)?, &Cancel::default(), &mut |_| ())?;
    let status = std::fs::read_to_string("/proc/self/status")?;
    let peak = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .ok_or("no VmHWM in /proc/self/status")?;
    println!("{}", peak.trim().trim_end_matches("kB").trim());
    Ok(())
}

/// The median of three processes each, and their ratio.
pub fn compare() -> Result<()> {
    let peak = |steps: &str| -> Result<f64> {
        let mut peaks = Vec::new();
        for _ in 0..3 {
            let output = Command::new(std::env::current_exe()?)
                .args(["memory-of", steps])
                .output()?;
            if !output.status.success() {
                return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
            }
            peaks.push(String::from_utf8(output.stdout)?.trim().parse::<f64>()?);
        }
        peaks.sort_unstable_by(f64::total_cmp);
        Ok(peaks[1])
    };
    let (short, long) = (peak("10")?, peak("40")?);
    println!("Peak memory, embedded model, 128 images, medians of three processes");
    println!(
        "  10 steps {:7.1} MB, 40 steps {:7.1} MB, ratio {:.3}",
        short / 1024.0,
        long / 1024.0,
        long / short
    );
    Ok(())
}
