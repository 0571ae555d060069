//! torchattacks' PGD, and a trajectory in the authors' way, in a Python process that stays up between rounds.

use crate::Result;
use crate::network::Network;
use crate::talk::Talk;

pub struct Python(Talk);

impl Python {
    /// The other program, ready to be timed; nothing where no Python was given.
    pub fn start(network: &Network, threads: i32) -> Result<Option<Self>> {
        let numbers = [network.size.depth, network.size.width, i64::from(threads)];
        let numbers = numbers.map(|number| number.to_string().into());
        let folder = network.folder.path().as_os_str().to_owned();
        let Some(mut talk) = Talk::start("others.py", [folder].into_iter().chain(numbers))? else {
            return Ok(None);
        };
        let labels = talk.line()?;
        let expected: Vec<String> = network.labels.iter().map(usize::to_string).collect();
        if labels != expected.join(" ") {
            return Err(format!(
                "PyTorch's predictions differ from ours: {labels} and {}",
                expected.join(" ")
            )
            .into());
        }
        Ok(Some(Self(talk)))
    }

    /// One attack (`pgd`) or trajectory (`authors`); the seconds that it took.
    pub fn run(&mut self, what: &str) -> Result<f64> {
        Ok(self.0.ask(what)?.parse()?)
    }
}
