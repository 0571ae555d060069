//! Taking in a run that was computed elsewhere.

use super::log::{Write, event_json};
use super::row::write_state;
use super::said;
use super::{NewRun, Result, Store};
use valleyscope_shared::event::Frame;
use valleyscope_shared::readings::Readings;
use valleyscope_shared::run::RunState;

impl Store {
    /// Stores a finished run under its id, in place of one that has it already.
    pub fn import(&self, run: &NewRun, frames: &[Frame], passes: &[Readings]) -> Result<()> {
        let state = RunState::of(frames);
        let mut writes = Vec::new();
        for frame in frames {
            writes.push(Write::Event {
                seq: frame.seq,
                at_ms: frame.at_ms,
                json: event_json(&frame.event)?,
            });
        }
        if let Some(readings) = passes.first() {
            writes.push(Write::Examples(readings.examples().to_vec()));
            let all = 0..readings.examples().len();
            writes.extend(readings.clean_of(all).map(|clean| Write::clean(&clean)));
        }
        for (pass, readings) in passes.iter().enumerate() {
            let rows = 0..readings.examples().len();
            writes.extend(
                (0..readings.axis().points())
                    .map(|point| Write::block(&readings.block(pass, point, rows.clone()))),
            );
            for row in 0..readings.examples().len() {
                if let Some(ending) = readings.ending(row) {
                    writes.push(Write::ending(pass, row, ending)?);
                }
            }
        }
        self.write(|transaction| {
            let said = said::of(transaction, &run.id)?;
            transaction.execute("DELETE FROM run WHERE id = ?1", [&run.id])?;
            let number = run.insert(transaction)?;
            said::give(transaction, number, said)?;
            for write in &writes {
                write.execute(transaction, number)?;
            }
            write_state(transaction, number, &state)
        })
    }
}
