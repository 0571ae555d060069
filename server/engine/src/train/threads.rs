//! One thread for LibTorch: sums then have one order, and equal seeds give equal weights.

/// Restores the former number of threads when dropped.
pub(super) struct OneThread {
    before: i32,
}

impl OneThread {
    pub(super) fn start() -> Self {
        let before = tch::get_num_threads();
        tch::set_num_threads(1);
        Self { before }
    }
}

impl Drop for OneThread {
    fn drop(&mut self) {
        tch::set_num_threads(self.before);
    }
}
