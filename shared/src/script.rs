//! Superscript and subscript characters of Unicode, and the usual characters they stand for.

/// Where a small character stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Script {
    Super,
    Sub,
}

/// The usual character of a superscript or subscript one, as text says it (`−`, not a hyphen).
pub fn plain(c: char) -> Option<(Script, char)> {
    let digit = |base: u32| char::from_digit(c as u32 - base, 10);
    let (script, plain) = match c {
        '¹' => (Script::Super, '1'),
        '²' => (Script::Super, '2'),
        '³' => (Script::Super, '3'),
        'ⁱ' => (Script::Super, 'i'),
        '⁻' => (Script::Super, '−'),
        '⁰' | '⁴'..='⁹' => (Script::Super, digit('⁰' as u32)?),
        '₀'..='₉' => (Script::Sub, digit('₀' as u32)?),
        _ => return None,
    };
    Some((script, plain))
}
