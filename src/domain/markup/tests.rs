//! What WhatsApp's marks mean, and what only looks like one.

use super::*;
use Inline::{Bold, Code, Italic, Link, Strike};

fn t(text: &str) -> Inline {
    Inline::Text(text.into())
}

fn line(text: &str) -> Vec<Inline> {
    match parse(text).as_slice() {
        [Block::Paragraph(inlines)] => inlines.clone(),
        other => panic!("not one paragraph: {other:?}"),
    }
}

/// behaviours 57: exactly as the app shows it.
#[test]
fn marks_hug_their_words() {
    let table: Vec<(&str, Vec<Inline>)> = vec![
        ("*b* _i_ ~s~", vec![Bold(vec![t("b")]), t(" "), Italic(vec![t("i")]), t(" "), Strike(vec![t("s")])]),
        ("*_x_*", vec![Bold(vec![Italic(vec![t("x")])])]),
        ("(*b*)!", vec![t("("), Bold(vec![t("b")]), t(")!")]),
        ("a * x *", vec![t("a * x *")]),
        ("snake_case_name 2*3*4 a~b~c", vec![t("snake_case_name 2*3*4 a~b~c")]),
        ("`*code*` *b*", vec![Code("*code*".into()), t(" "), Bold(vec![t("b")])]),
        ("**", vec![t("**")]),
        ("*open", vec![t("*open")]),
        ("*a b*c d*", vec![Bold(vec![t("a b*c d")])]),
    ];
    for (text, expected) in table {
        assert_eq!(line(text), expected, "{text}");
    }
}

#[test]
fn a_pair_does_not_span_lines() {
    assert_eq!(line("*a\nb*"), vec![t("*a\nb*")]);
}

#[test]
fn blocks_stand_on_lines() {
    assert_eq!(
        parse("hi\n- a\n* b\n1. x\n2. y\n> q\n> r\nend"),
        vec![
            Block::Paragraph(vec![t("hi")]),
            Block::Bullets(vec![vec![t("a")], vec![t("b")]]),
            Block::Numbers(1, vec![vec![t("x")], vec![t("y")]]),
            Block::Quote(vec![t("q\nr")]),
            Block::Paragraph(vec![t("end")]),
        ]
    );
    assert_eq!(parse("a\n```let *x*\n y```\nb"), vec![Block::Paragraph(vec![t("a")]), Block::Mono("let *x*\n y".into()), Block::Paragraph(vec![t("b")])]);
}

#[test]
fn links_are_only_safe_ones_and_keep_their_underscores() {
    let link = |href: &str, text: &str| Link { href: href.into(), text: text.into() };
    assert_eq!(
        line("see https://a.example/x_y_z?q=*1*, ok"),
        vec![t("see "), link("https://a.example/x_y_z?q=*1", "https://a.example/x_y_z?q=*1"), t("*, ok")]
    );
    assert_eq!(line("*https://a.example*"), vec![Bold(vec![link("https://a.example", "https://a.example")])]);
    assert_eq!(line("mira@shop.example."), vec![link("mailto:mira@shop.example", "mira@shop.example"), t(".")]);
    assert_eq!(line("(www.shop.example/a_(b))"), vec![t("("), link("https://www.shop.example/a_(b)", "www.shop.example/a_(b)"), t(")")]);
    assert_eq!(line("at Shop.Example.com/tea?x=1."), vec![t("at "), link("https://Shop.Example.com/tea?x=1", "Shop.Example.com/tea?x=1"), t(".")]);
    for number in ["+44 7700 900123", "+47-98 76 54 32", "+1 (415) 555-0100", "+4930123456"] {
        let digits: String = number.chars().filter(char::is_ascii_digit).collect();
        assert_eq!(line(&format!("call {number}, please")), vec![t("call "), link(&format!("tel:+{digits}"), number), t(", please")]);
    }
    for plain in [
        "+1",
        "1 + 23456789",
        "+12345678901234567",
        "+4470 letters",
        "+44770090012x",
        "done.Thanks",
        "3.50",
        "e.g. so",
        "Mr.Smith",
        "a..com",
        "v1.2.3",
        "file.rs",
    ] {
        assert_eq!(line(plain), vec![t(plain)]);
    }
    // One of these letters is Cyrillic; a name that is wholly so is its owner's own.
    assert_eq!(line("https://p\u{430}ypal.com/x"), vec![t("https://p\u{430}ypal.com/x")]);
    assert_eq!(line("p\u{430}ypal.com/?to=http://shop.com"), vec![t("p\u{430}ypal.com/?to=http://shop.com")]);
    assert_eq!(line("https://пример.рф/x"), vec![link("https://пример.рф/x", "https://пример.рф/x")]);
    for hostile in ["javascript:alert(1)", "data:text/html,x", "vbscript:x", "JaVaScRiPt://x", "file:///etc/passwd"] {
        assert_eq!(line(hostile), vec![t(hostile)]);
    }
}

#[test]
fn every_visible_character_is_kept() {
    for text in ["`", "``", "``` ```", "*", "_ _", "- ", "1. ", "a\n\n\nb", "`a", "~~~~", "😀*😀*"] {
        let kept: String = plain(text).split_whitespace().collect();
        let missing: Vec<char> = text.chars().filter(|c| !c.is_whitespace() && !"*_~`".contains(*c) && !kept.contains(*c)).collect();
        assert_eq!(missing, Vec::<char>::new(), "{text:?} became {kept:?}");
    }
}

/// behaviours 58: 64 KB of one line and 10,000 line breaks are read at once.
#[test]
fn hostile_lengths_are_linear() {
    for unit in ["*a ", "_a*b~ ", "`", "a@", "https://", "(", "(a", "_a", "_www.", "+1 ", "+1(", "a.", "a.com/", "> \n"] {
        let text = unit.repeat(65_536 / unit.len());
        assert!(!parse(&text).is_empty());
    }
}

#[test]
fn one_to_three_emoji_are_big() {
    for text in ["👍", "🙏🏽❤️", "👩‍👩‍👧‍👦😀😀"] {
        assert!(is_big_emoji(text), "{text}");
    }
    for text in ["", "ok 👍", "1", "😀😀😀😀"] {
        assert!(!is_big_emoji(text), "{text}");
    }
}
