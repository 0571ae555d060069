//! How many files and connections the process may have open.

/// As many as are of use; macOS allows no more than this.
#[cfg(unix)]
const WANTED: u64 = 10_240;

/// Raises the soft limit of open descriptors towards the hard one, and returns what it is then.
#[cfg(unix)]
pub fn raise() -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    // No limit is told as none.
    let current = current.unwrap_or(u64::MAX);
    let wanted = WANTED.min(maximum.unwrap_or(u64::MAX));
    let raised = Rlimit {
        current: Some(wanted),
        maximum,
    };
    let now = if wanted > current && setrlimit(Resource::Nofile, raised).is_ok() {
        wanted
    } else {
        current
    };
    usize::try_from(now).unwrap_or(usize::MAX)
}

/// Systems without such limits.
#[cfg(not(unix))]
pub fn raise() -> usize {
    10_240
}
