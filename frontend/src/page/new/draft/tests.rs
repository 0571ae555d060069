use super::*;
use valleyscope_shared::catalog::DataInfo;

fn catalog() -> Catalog {
    let model = ModelInfo {
        id: "standard".into(),
        input_shape: vec![3, 32, 32],
        classes: (0..10).map(|class| class.to_string()).collect(),
        ..ModelInfo::default()
    };
    let set = DataInfo {
        id: "shapes".into(),
        count: 1000,
        shape: vec![3, 32, 32],
        ..DataInfo::default()
    };
    Catalog::new("test", vec![model], vec![set], &["cpu".into()])
}

fn with(path: &str, text: &str) -> Checked {
    let catalog = catalog();
    let mut draft = Draft::first(&catalog);
    draft.write(path, text.into());
    draft.check(&catalog)
}

#[test]
fn the_first_draft_is_a_good_run() {
    let catalog = catalog();
    let checked = Draft::first(&catalog).check(&catalog);
    assert_eq!(checked.errors, []);
    assert_eq!(checked.good().map(|spec| spec.attack.steps()), Some(40));
}

#[test]
fn a_run_comes_back_from_its_draft() {
    let catalog = catalog();
    let text = r#"{"model":"standard","data":{"set":"shapes","indices":[4,2],"class":3,"only_correct":true},
        "attack":{"pgd":{"norm":"l2","epsilon":"1/2","step_size":0.1,"steps":7,"random_start":true}},"seed":[1,2]}"#;
    let spec = RunSpec::from_json(text).unwrap();
    let checked = Draft::of(&spec).check(&catalog);
    assert_eq!((checked.errors, checked.spec), (vec![], Some(spec)));
}

#[test]
fn several_radii_come_back_from_their_draft() {
    let catalog = catalog();
    let text = r#"{"model":"standard","data":{"set":"shapes","count":8},"attack":{"pgd":{"epsilon":["4/255",0.1]}}}"#;
    let spec = RunSpec::from_json(text).unwrap();
    let draft = Draft::of(&spec);
    assert_eq!(draft.text("attack.pgd.epsilon"), "4/255, 0.1");
    let checked = draft.check(&catalog);
    assert_eq!((checked.errors, checked.spec), (vec![], Some(spec)));
}

#[test]
fn what_is_wrong_is_said_at_its_field() {
    for (path, text, words) in [
        ("attack.pgd.epsilon", "3", "greater than 1"),
        ("attack.pgd.epsilon", "8/0", "divides by zero"),
        ("attack.pgd.epsilon", "-1", "less than 0"),
        ("attack.pgd.epsilon", "NaN", "not a finite number"),
        ("attack.pgd.steps", "0", "less than 1"),
        ("attack.pgd.steps", "100001", "greater than 100000"),
        ("attack.pgd.steps", "5000000000", "greater than 100000"),
        ("attack.pgd.steps", "ten", "not a whole number"),
        ("data.count", "1001", "greater than 1000"),
        ("data.count", "1.5", "not a whole number"),
        ("data.indices", "1, two", "\"two\" is not a whole number"),
        ("seed", "1, 2", "only with a random start"),
        ("batch_size", "0", "not from 1"),
        ("model", "none", "there is no model"),
    ] {
        let checked = with(path, text);
        let said = checked.error(path).unwrap_or_default();
        assert!(
            said.contains(words),
            "{path} = {text}: {:?}",
            checked.errors
        );
    }
}

#[test]
fn the_limit_of_epsilon_follows_the_norm() {
    let catalog = catalog();
    let mut draft = Draft::first(&catalog);
    draft.write("attack.pgd.norm", "l2".into());
    draft.write("attack.pgd.epsilon", "3".into());
    assert_eq!(draft.check(&catalog).errors, []);
}

#[test]
fn an_attack_that_is_merely_chosen_has_all_its_defaults() {
    let catalog = catalog();
    for info in &catalog.attacks {
        let mut draft = Draft::first(&catalog);
        draft.attack = info.id.clone();
        draft.texts.retain(|path, _| !path.starts_with("attack."));
        let checked = draft.check(&catalog);
        assert_eq!(
            checked.good().map(|spec| &spec.attack),
            Some(&AttackSpec::new(&info.id, []))
        );
    }
}

#[test]
fn an_empty_field_takes_its_default() {
    let checked = with("attack.pgd.steps", "");
    assert_eq!(checked.good().map(|spec| spec.attack.steps()), Some(10));
}

/// Failed before: the comma made a list of 0 and 3, and an emptied number became 256.
#[test]
fn what_people_write_is_not_read_as_something_else() {
    let catalog = catalog();
    let mut draft = Draft::first(&catalog);
    let path = format!("attack.{}.epsilon", draft.attack);
    draft.write(&path, "0,03".to_owned());
    let told = draft
        .check(&catalog)
        .error(&path)
        .expect("the comma is told");
    assert!(told.contains("0.03") && told.contains("comma"), "{told}");
    draft.write(&path, "0.01, 0.03".to_owned());
    assert_eq!(draft.check(&catalog).error(&path), None);
    draft.write("data.count", String::new());
    let told = draft
        .check(&catalog)
        .error("data.count")
        .expect("that it is empty");
    assert!(told.starts_with("it is empty"), "{told}");
}
