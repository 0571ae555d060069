//! Computing with what does not depend on the image.

pub(crate) mod arrange;
pub(crate) mod number;
pub(crate) mod whole;
