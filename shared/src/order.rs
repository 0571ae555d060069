//! One way to sort, whatever is sorted.
//!
//! Rust's sorts are made anew for every type, and each weighs three kilobytes of the browser's page.
//! Here keys are sorted, and the entries follow.

/// Puts entries in the rising order of their keys; those with the same key stay in their order.
pub fn by<T: Copy>(list: &mut Vec<T>, key: impl Fn(&T) -> f64) {
    let keys = list.iter().map(key).collect();
    *list = places(keys).into_iter().map(|place| list[place]).collect();
}

/// The places of the keys, the smallest key's first.
#[inline(never)]
fn places(keys: Vec<f64>) -> Vec<usize> {
    let mut placed: Vec<(f64, usize)> = keys.into_iter().zip(0..).collect();
    placed.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    placed.into_iter().map(|(_, place)| place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_sorts_as_a_stable_sort_does(list: Vec<(i8, u8)>) {
            let (mut ours, mut theirs) = (list.clone(), list);
            by(&mut ours, |entry| f64::from(entry.0));
            theirs.sort_by_key(|entry| entry.0);
            prop_assert_eq!(ours, theirs);
        }
    }

    #[test]
    fn what_is_not_a_number_is_last() {
        let mut list = vec![f64::NAN, 1.0, f64::INFINITY, -0.0, 0.0];
        by(&mut list, |value| *value);
        assert_eq!(list[..4], [-0.0, 0.0, 1.0, f64::INFINITY]);
    }
}
