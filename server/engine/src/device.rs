//! Devices by name.

pub mod tf32;

use crate::error::{Error, Result};
use tch::Device;

/// The devices of this machine, the best last: `cpu`, then `cuda:0`, `cuda:1`, ...
pub fn list() -> Vec<String> {
    tf32::off_at_first();
    let mut names = vec!["cpu".to_owned()];
    if tch::Cuda::is_available() {
        // `auto` takes the last; GPUs are listed so that the last is the first one.
        names.extend(
            (0..tch::Cuda::device_count())
                .rev()
                .map(|index| format!("cuda:{index}")),
        );
    }
    names
}

/// The device with this name; `auto` is the one given.
///
/// # Errors
///
/// A device that this machine does not have.
pub fn parse(name: &str, auto: Device) -> Result<Device> {
    let unknown = || Error::Unknown {
        kind: "device",
        name: name.to_owned(),
        known: list(),
    };
    match name.split_once(':') {
        _ if name == "auto" => Ok(auto),
        None if name == "cpu" => Ok(Device::Cpu),
        Some(("cuda", index)) if list().iter().any(|known| known == name) => {
            Ok(Device::Cuda(index.parse().map_err(|_| unknown())?))
        }
        _ => Err(unknown()),
    }
}

/// The name of a device.
pub fn name(device: Device) -> String {
    match device {
        Device::Cuda(index) => format!("cuda:{index}"),
        _ => "cpu".to_owned(),
    }
}

/// The best device of this machine.
pub fn best() -> Device {
    tf32::off_at_first();
    if tch::Cuda::is_available() {
        Device::Cuda(0)
    } else {
        Device::Cpu
    }
}
