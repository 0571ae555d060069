//! Random names that tell nothing and cannot be guessed.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The system has no randomness to give.
#[derive(Debug, thiserror::Error)]
#[error("the system gives no random numbers: {0}")]
pub struct NoRandomness(getrandom::Error);

/// `N` random bytes in letters that are safe in addresses and file names.
fn random<const N: usize>() -> Result<String, NoRandomness> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(NoRandomness)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// The id of a run: 96 random bits, 16 characters, the first no dash, which would make it an option on a command line.
pub fn run_id() -> Result<String, NoRandomness> {
    loop {
        let id = random::<12>()?;
        if !id.starts_with('-') {
            return Ok(id);
        }
    }
}

/// A secret of 256 random bits.
pub fn secret() -> Result<String, NoRandomness> {
    random::<32>()
}

impl From<NoRandomness> for valleyscope_shared::problem::Problem {
    fn from(error: NoRandomness) -> Self {
        Self::internal(error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_run_is_taken_for_an_option() {
        for _ in 0..2000 {
            let id = run_id().unwrap();
            assert!(id.len() == 16 && !id.starts_with('-'), "{id}");
        }
    }
}
