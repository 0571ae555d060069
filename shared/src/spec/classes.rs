//! Whether a model and a data set speak of the same classes: a label is a place in the model's list.

/// How the classes of a model and of a data set differ, with both lists; nothing where they are the same in the same order.
///
/// Upper and lower case are alike, and so are blanks, hyphens and underscores.
/// Where one side has names and the other only the numbers from 0 on, the counts alone are compared; where a side has no list, nothing is.
pub fn difference(model: &[String], data: &[String]) -> Option<String> {
    if model.is_empty() || data.is_empty() {
        return None;
    }
    let lists = |from: usize| {
        format!(
            "the model has {} classes ({}), the data set {} ({})",
            model.len(),
            shown(model, from),
            data.len(),
            shown(data, from)
        )
    };
    if model.len() != data.len() {
        let differs = first_difference(model, data);
        return Some(lists(differs.unwrap_or(model.len().min(data.len()))));
    }
    let unnamed = |one: &[String], other: &[String]| is_numbered(one) && !is_numeric(other);
    if unnamed(model, data) || unnamed(data, model) {
        return None;
    }
    let place = first_difference(model, data)?;
    let known: Vec<String> = data.iter().map(|name| plain(name)).collect();
    let how = match model.iter().all(|name| known.contains(&plain(name))) {
        true => "they are the same in another order",
        false => "they differ",
    };
    Some(format!(
        "{how}, first at class {place}, which is {} and {}; {}",
        model[place],
        data[place],
        lists(place)
    ))
}

/// The first place at which the names differ, as far as both lists go.
fn first_difference(model: &[String], data: &[String]) -> Option<usize> {
    (model.iter().zip(data)).position(|(one, other)| plain(one) != plain(other))
}

/// A name without what people spell differently.
fn plain(name: &str) -> String {
    let letters = name.trim().chars().map(|letter| match letter {
        '_' | '-' => ' ',
        letter => letter,
    });
    letters.flat_map(char::to_lowercase).collect()
}

/// Whether the names say no more than the places do.
fn is_numbered(names: &[String]) -> bool {
    let is_place = |(place, name): (usize, &String)| name.trim().parse() == Ok(place);
    names.iter().enumerate().all(is_place)
}

/// Whether all names are whole numbers.
fn is_numeric(names: &[String]) -> bool {
    names
        .iter()
        .all(|name| name.trim().parse::<usize>().is_ok())
}

/// The most names that are shown of a list.
const SHOWN: usize = 10;

/// The names, of a long list those around this place.
fn shown(names: &[String], place: usize) -> String {
    let from = match names.len() <= SHOWN {
        true => 0,
        false => place.saturating_sub(SHOWN / 2).min(names.len() - SHOWN),
    };
    let to = (from + SHOWN).min(names.len());
    let dots = |there: bool| if there { "…" } else { "" };
    let names_shown = names[from..to].join(", ");
    format!("{}{names_shown}{}", dots(from > 0), dots(to < names.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        text.split(',').map(str::to_owned).collect()
    }

    fn compare(model: &str, data: &str) -> Option<String> {
        difference(&names(model), &names(data))
    }

    #[test]
    fn the_same_names_in_the_same_order_are_the_same_however_they_are_spelt() {
        assert_eq!(compare("cat,dog,T-shirt/top", "cat,dog,T-shirt/top"), None);
        assert_eq!(compare("cat,Hot Dog,big_cat", "Cat,hot_dog,big-cat "), None);
        assert_eq!(compare("cat,dog", "0,1"), None);
        assert_eq!(compare("0,1,2", "cat,dog,cow"), None);
        assert_eq!(difference(&[], &names("cat,dog")), None);
    }

    #[test]
    fn other_counts_other_names_and_another_order_are_told_with_both_lists() {
        let fewer = compare("cat,dog", "cat,dog,cow").unwrap();
        assert!(
            fewer.contains("the model has 2 classes (cat, dog), the data set 3 (cat, dog, cow)")
        );
        assert!(compare("0,1", "cat,dog,cow").is_some());
        assert!(compare("cat,dog", "0,1,2").is_some());
        let order = compare("cat,dog,cow", "cat,cow,dog").unwrap();
        assert!(order.contains("another order, first at class 1, which is dog and cow"));
        assert!(order.contains("(cat, dog, cow), the data set 3 (cat, cow, dog)"));
        let other = compare("cat,dog", "cat,horse").unwrap();
        assert!(other.contains("they differ, first at class 1, which is dog and horse"));
        // Digits in another order.
        assert!(compare("1,0", "0,1").is_some() && compare("0,1", "1,0").is_some());
    }

    #[test]
    fn of_a_long_list_the_names_around_the_difference_are_shown() {
        let long = |other: usize| -> Vec<String> {
            let name = |place| format!("class{}", if place == other { 9999 } else { place });
            (0..1000).map(name).collect()
        };
        let message = difference(&long(5000), &long(700)).unwrap();
        assert!(message.contains("first at class 700, which is class700 and class9999"));
        assert!(message.contains("(…class695, class696,"), "{message}");
        assert!(message.contains("class704…)"), "{message}");
        assert!(message.len() < 500, "{message}");
    }
}
