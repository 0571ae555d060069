//! A walk over the whole records of a file of kept iterates, without reading what is in them.

use super::format::{Head, fill};
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};

/// One record: what it is about, and where its rows lie.
pub struct Record {
    /// What it is about.
    pub head: Head,
    /// Where it begins.
    pub at: u64,
    rows_at: u64,
    /// The length of each row.
    lengths: Vec<u64>,
}

impl Record {
    /// The place of a row of a pass among its rows, if it has it.
    pub fn place_of(&self, pass: usize, row: usize) -> Option<usize> {
        let place = row.checked_sub(self.head.first_row as usize)?;
        (self.head.pass as usize == pass && place < self.lengths.len()).then_some(place)
    }

    fn end(&self) -> u64 {
        self.rows_at + self.lengths.iter().sum::<u64>()
    }
}

/// The records of a file, in order. One that its writer has not finished, or never will, is none.
pub struct Records {
    file: BufReader<File>,
    length: u64,
    next: u64,
}

impl Records {
    /// Of this file, from its beginning.
    pub fn of(mut file: File) -> io::Result<Self> {
        file.rewind()?;
        Ok(Self {
            length: file.metadata()?.len(),
            file: BufReader::new(file),
            next: 0,
        })
    }

    /// The next record.
    pub fn advance(&mut self) -> io::Result<Option<Record>> {
        self.file.seek(SeekFrom::Start(self.next))?;
        let Some(head) = Head::read(&mut self.file)? else {
            return Ok(None);
        };
        let mut lengths = vec![0; head.rows as usize * 4];
        if !fill(&mut self.file, &mut lengths)? {
            return Ok(None);
        }
        let (lengths, _) = lengths.as_chunks::<4>();
        let lengths = lengths.iter().map(|bytes| u32::from_le_bytes(*bytes));
        let record = Record {
            head,
            at: self.next,
            rows_at: self.next + Head::BYTES + 4 * u64::from(head.rows),
            lengths: lengths.map(u64::from).collect(),
        };
        if record.end() > self.length {
            return Ok(None);
        }
        self.next = record.end();
        Ok(Some(record))
    }

    /// One row of a record, compressed.
    pub fn row(&mut self, record: &Record, place: usize) -> io::Result<Vec<u8>> {
        let before = record.lengths[..place].iter().sum::<u64>();
        self.file.seek(SeekFrom::Start(record.rows_at + before))?;
        let mut packed = vec![0; record.lengths[place] as usize];
        self.file.read_exact(&mut packed)?;
        Ok(packed)
    }

    /// Where the records end that were walked over.
    pub fn end(&self) -> u64 {
        self.next
    }
}
