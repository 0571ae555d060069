//! What the names of modules without parameters say: a weights file has no tensor of theirs, but a checkpoint may tell them.

/// Such modules, by their names in the file: `layer1.0.relu`, `downsample.avg`.
pub(super) struct Modules<'a> {
    names: &'a [String],
}

/// Words by which activations are called.
const ACTIVATIONS: [&str; 9] = [
    "elu",
    "gelu",
    "leakyrelu",
    "relu",
    "relu6",
    "sigmoid",
    "silu",
    "swish",
    "tanh",
];

impl<'a> Modules<'a> {
    /// With these names; none where nothing is told.
    pub fn new(names: &'a [String]) -> Self {
        Self { names }
    }

    /// Whether activations are named, and this one is none of them.
    pub fn other_activation(&self, own: &str) -> bool {
        let named = || self.words().filter(|word| is_activation(word));
        named().next().is_some() && !named().any(|word| numberless(&word) == own)
    }

    /// Whether a module is called by what takes maxima.
    pub fn max_pools(&self) -> bool {
        self.words().any(|word| word.starts_with("maxpool"))
    }

    /// How many modules are called by what takes means.
    pub fn average_pools(&self) -> usize {
        let words = self.words();
        let means = |word: &String| word.starts_with("avgpool") || word.starts_with("averagepool");
        words.filter(means).count()
    }

    /// Whether any is told.
    pub fn are_told(&self) -> bool {
        !self.names.is_empty()
    }

    /// Whether whoever wrote the network has modules for what has no parameters too: activations are named.
    pub fn names_activations(&self) -> bool {
        self.words().any(|word| is_activation(&word))
    }

    /// Whether a shortcut takes means of single pixels, as the one does whose zero channels come after the others.
    pub fn shortcut_averages(&self) -> bool {
        self.names.iter().any(|name| {
            let mut parts = name.rsplit('.');
            let (last, above) = (parts.next(), parts.next());
            last == Some("avg") && matches!(above, Some("shortcut" | "downsample"))
        })
    }

    /// The last parts of the names, as words: `max_pool2` is `maxpool2`.
    fn words(&self) -> impl Iterator<Item = String> {
        self.names.iter().map(|name| {
            let last = name.rsplit('.').next().unwrap_or(name);
            last.to_lowercase().replace(['_', '-'], "")
        })
    }
}

/// `relu`, `relu2`, but `relu6` is itself.
fn is_activation(word: &str) -> bool {
    ACTIVATIONS.contains(&numberless(word))
}

fn numberless(word: &str) -> &str {
    match word {
        "relu6" => word,
        _ => word.trim_end_matches(|letter: char| letter.is_ascii_digit()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn activations_are_told_by_their_words() {
        let told = names(&["layer1.0.relu2", "avg_pool"]);
        let told = Modules::new(&told);
        assert!(!told.other_activation("relu"));
        assert!(told.other_activation("sigmoid") && told.names_activations());
        let untold = names(&["features.1", "dropout", "relu_of_mine"]);
        let untold = Modules::new(&untold);
        assert!(!untold.other_activation("sigmoid") && !untold.names_activations());
    }

    #[test]
    fn pools_and_shortcuts_are_told_by_their_words() {
        let told = names(&["MaxPool_1", "stage_2.0.downsample.avg"]);
        let told = Modules::new(&told);
        assert!(told.max_pools() && told.average_pools() == 0 && told.shortcut_averages());
        let other = names(&["avgpool", "layer2.0.shortcut", "avg"]);
        let other = Modules::new(&other);
        assert!(!other.max_pools() && other.average_pools() == 1 && !other.shortcut_averages());
        assert!(other.are_told() && !Modules::new(&[]).are_told());
    }
}
