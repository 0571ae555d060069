//! The widgets, one a file.

pub mod about;
pub mod badge;
pub mod canvas;
pub mod choice;
pub mod contents;
pub mod data_sets;
pub mod edit_run;
pub mod facts;
pub mod figure;
pub mod form;
pub mod formula;
pub mod icons;
pub mod keys;
pub mod marking;
pub mod menu;
pub mod notice;
pub mod overlay;
pub mod plot;
pub mod progress;
pub mod save;
pub mod search;
pub mod seen;
pub mod settings;
pub mod shell;
pub mod table;
pub mod title;
