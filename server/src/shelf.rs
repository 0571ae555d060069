//! The readings of runs that are being looked at, kept in memory within a limit.

use crate::store::{Result, Store, lock};
use std::sync::{Arc, Mutex};
use valleyscope_shared::measure::Measure;
use valleyscope_shared::readings::{Example, Readings};
use valleyscope_shared::run::RunState;

/// The memory that readings may take in all; a single run may take more while it is read.
const MOST_BYTES: usize = 256 * 1024 * 1024;

/// All readings of one run so far.
pub struct Passes {
    /// One table per pass. Whoever reads on for long, such as an export, holds the same tables; what comes after that goes into new ones.
    pub passes: Arc<Vec<Readings>>,
    last_block: i64,
    /// Whether nothing can come any more.
    whole: bool,
}

type Slot = Arc<Mutex<Option<Passes>>>;

/// The runs whose readings are in memory, the latest used last.
#[derive(Default)]
pub struct Shelf {
    slots: Mutex<Vec<(i64, Slot, usize)>>,
}

impl Shelf {
    /// Looks at the readings of a run as they are now; reads only what is new since the last look.
    pub fn look<T>(
        &self,
        store: &Store,
        number: i64,
        state: &RunState,
        look: impl FnOnce(&Passes) -> T,
    ) -> Result<T> {
        let slot = self.slot(number);
        let mut held = lock(&slot);
        let passes = match &mut *held {
            Some(passes) => passes,
            empty => empty.insert(Passes::empty(state, &store.examples(number)?)),
        };
        // The examples of a run become known with its first block; a table made before that is made anew.
        if passes
            .passes
            .first()
            .is_none_or(|pass| pass.examples().is_empty())
        {
            *passes = Passes::empty(state, &store.examples(number)?);
        }
        passes.catch_up(store, number, state)?;
        let size = passes.bytes();
        let answer = look(passes);
        drop(held);
        self.weigh(number, size);
        self.tidy();
        Ok(answer)
    }

    /// Forgets a run that was deleted.
    pub fn forget(&self, number: i64) {
        lock(&self.slots).retain(|(held, ..)| *held != number);
    }

    fn slot(&self, number: i64) -> Slot {
        let mut slots = lock(&self.slots);
        let (slot, size) = match slots.iter().position(|(held, ..)| *held == number) {
            Some(place) => {
                let (_, slot, size) = slots.remove(place);
                (slot, size)
            }
            None => (Slot::default(), 0),
        };
        slots.push((number, slot.clone(), size));
        slot
    }

    fn weigh(&self, number: i64, size: usize) {
        let mut slots = lock(&self.slots);
        if let Some(slot) = slots.iter_mut().find(|(held, ..)| *held == number) {
            slot.2 = size;
        }
    }

    /// Forgets the readings that were not looked at for longest, where they take more than they may.
    ///
    /// What someone holds stays: to forget it would free nothing, and have the next one read it a second time.
    pub fn tidy(&self) {
        let mut slots = lock(&self.slots);
        let mut all: usize = slots.iter().map(|(_, _, size)| size).sum();
        slots.retain(|(_, slot, size)| {
            let stays = all <= MOST_BYTES || is_held(slot);
            if !stays {
                all -= size;
            }
            stays
        });
    }
}

/// Whether someone reads in these tables, or makes them just now.
fn is_held(slot: &Slot) -> bool {
    match slot.try_lock() {
        Ok(held) => held
            .as_ref()
            .is_some_and(|passes| Arc::strong_count(&passes.passes) > 1),
        Err(_) => true,
    }
}

impl Passes {
    fn empty(state: &RunState, examples: &[Example]) -> Self {
        let passes = match &state.started {
            Some(started) => started.tables(examples),
            None => Vec::new(),
        };
        Self {
            passes: Arc::new(passes),
            last_block: 0,
            whole: false,
        }
    }

    /// All readings of a run, for one who wants them once.
    pub fn read(store: &Store, number: i64, state: &RunState) -> Result<Vec<Readings>> {
        let mut passes = Self::empty(state, &store.examples(number)?);
        passes.catch_up(store, number, state)?;
        Ok(Arc::unwrap_or_clone(passes.passes))
    }

    /// The tables as they are now, to be read for as long as one likes.
    pub fn share(&self) -> Arc<Vec<Readings>> {
        self.passes.clone()
    }

    fn catch_up(&mut self, store: &Store, number: i64, state: &RunState) -> Result<()> {
        if self.whole {
            return Ok(());
        }
        let passes = Arc::make_mut(&mut self.passes);
        self.last_block = store.blocks_after(number, self.last_block, |block| {
            if let Some(pass) = passes.get_mut(block.pass) {
                pass.put(&block);
            }
        })?;
        if let Some(pass) = passes.first_mut() {
            store.clean_logits(number, |clean| pass.put_clean(&clean))?;
        }
        for (pass, row, step) in store.flips(number)? {
            if let Some(pass) = passes.get_mut(pass) {
                pass.put_flip(row, step);
            }
        }
        for (pass, row, ending) in store.endings(number)? {
            if let Some(pass) = passes.get_mut(pass) {
                pass.put_ending(row, ending);
            }
        }
        // The state was read before the readings, and the end is written after all of them.
        self.whole = state.ended.is_some();
        Ok(())
    }

    fn bytes(&self) -> usize {
        let table = |pass: &Readings| {
            pass.axis().points() * pass.examples().len() * Measure::COUNT * size_of::<f64>()
        };
        self.passes.iter().map(table).sum()
    }
}
