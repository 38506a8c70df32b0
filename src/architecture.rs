//! The rules of the house. Each test names the rule it keeps and the place that broke it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// A source file: its path from the root, and its text.
struct Source {
    path: String,
    text: String,
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &str, extension: &str) -> Vec<Source> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
                let name = path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/");
                found.push(Source { path: name, text: std::fs::read_to_string(&path).unwrap() });
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

fn rust() -> Vec<Source> {
    files("src", "rs").into_iter().filter(|file| file.path != "src/architecture.rs").collect()
}

/// Tests may reach across layers: they play the other side.
fn is_test(path: &str) -> bool {
    path.contains("/tests") || path.ends_with("conformance.rs") || path.ends_with("plans.rs") || path.ends_with("trial.rs") || path.ends_with("fuzzing.rs")
}

/// The part of a file before its own tests.
fn code(text: &str) -> &str {
    text.split("#[cfg(test)]\nmod tests {").next().unwrap_or(text)
}

fn assert_none(rule: &str, broken: &[String]) {
    assert!(broken.is_empty(), "{rule}:\n{}", broken.join("\n"));
}

/// Lines of code (not of comments) under `folder` that hold one of `words`, except in the files named.
fn mentions(folder: &str, words: &[&str], except: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for file in rust().iter().filter(|file| file.path.starts_with(folder) && !except.contains(&file.path.as_str()) && !is_test(&file.path)) {
        for (number, line) in code(&file.text).lines().enumerate() {
            if !line.trim_start().starts_with("//") && words.iter().any(|word| line.contains(word)) {
                found.push(format!("{}:{}: {}", file.path, number + 1, line.trim()));
            }
        }
    }
    found
}

#[test]
fn imports_go_one_way() {
    let layers = [
        ("src/domain", &["crate::protocol", "crate::api", "crate::server", "crate::ui"][..]),
        ("src/protocol", &["crate::api", "crate::server", "crate::ui"]),
        ("src/api", &["crate::ui"]),
        ("src/server", &["crate::ui", "crate::api"]),
        ("src/ui", &["crate::server"]),
        ("src/ui/kit", &["crate::api", "crate::protocol", "crate::ui::chat", "crate::ui::state", "crate::ui::page"]),
        ("src/ui/browser", &["crate::domain", "crate::api", "crate::protocol", "crate::ui::chat", "crate::ui::state"]),
        ("src/server/store", &["server::meta", "server::http", "server::service", "server::ingest", "axum::"]),
        ("src/server/meta", &["server::store", "server::http", "server::service", "axum::"]),
    ];
    for (folder, forbidden) in layers {
        assert_none(&format!("{folder} must not name {forbidden:?}"), &mentions(folder, forbidden, &[]));
    }
}

#[test]
fn the_framework_stays_in_the_page() {
    assert_none("domain names no framework", &mentions("src/domain", &["leptos", "axum", "web_sys"], &[]));
    assert_none("protocol names no framework", &mentions("src/protocol", &["leptos", "axum", "web_sys"], &[]));
    assert_none("the reducer names no framework", &mentions("src/ui/state/model.rs", &["leptos", "web_sys"], &[]));
    assert_none("only http/page names leptos_axum", &mentions("src", &["leptos_axum"], &["src/server/http/page.rs"]));
    let outside: Vec<String> =
        mentions("src/ui", &["web_sys", "js_sys", "gloo_"], &[]).into_iter().filter(|line| !line.starts_with("src/ui/browser/")).collect();
    assert_none("web-sys lives only in ui/browser", &outside);
    assert_none(
        "only the backend names the drivers",
        &mentions(
            "src/server",
            &["sqlx::sqlite", "sqlx::postgres", "PgPool", "SqlitePool"],
            &["src/server/store/backend.rs", "src/server/store/backend/sqlite.rs"],
        ),
    );
}

#[test]
fn folders_are_gated_not_statements() {
    let sites: Vec<String> = mentions("src", &["cfg(feature", "cfg_attr(feature", "cfg(not(feature", "cfg!(feature"], &[]);
    assert!(sites.len() <= 10, "ten gates are the budget of the whole crate:\n{}", sites.join("\n"));
}

#[test]
fn i9_customer_text_never_becomes_html() {
    assert_none("inner_html is banned", &mentions("src", &["inner_html", "set_inner", "outer_html"], &[]));
    assert_none("the policy allows no style attributes", &mentions("src/ui", &[" style=", "style:"], &[]));
}

#[test]
fn words_live_in_one_file() {
    let mut literal = Vec::new();
    for line in mentions("src/ui", &[">\""], &["src/ui/words.rs"]) {
        let after = line.split(">\"").nth(1).unwrap_or_default();
        if after.chars().next().is_some_and(char::is_alphabetic) {
            literal.push(line);
        }
    }
    assert_none("literal text in a view belongs to ui/words", &literal);
}

#[test]
fn files_are_one_noun_and_have_a_name() {
    let mut broken = Vec::new();
    for file in rust() {
        let name = Path::new(&file.path).file_stem().unwrap().to_string_lossy().into_owned();
        if ["utils", "util", "helpers", "helper", "common", "types", "misc", "mod"].contains(&name.as_str()) {
            broken.push(format!("{}: a name that says nothing", file.path));
        }
        let lines = code(&file.text).lines().count();
        let limit = if is_test(&file.path) { 500 } else { 400 };
        if lines > limit {
            broken.push(format!("{}: {lines} lines, more than one noun", file.path));
        }
        if !file.text.starts_with("//!") {
            broken.push(format!("{}: does not say what it is", file.path));
        }
        if file.text.contains("todo!") || file.text.contains("unimplemented!") {
            broken.push(format!("{}: unfinished", file.path));
        }
    }
    assert_none("files are one noun of at most 400 lines, with a name and a first sentence", &broken);
}

#[test]
fn panics_say_why_they_cannot_happen() {
    let mut broken = Vec::new();
    for file in rust().iter().filter(|file| !is_test(&file.path)) {
        let lines: Vec<&str> = code(&file.text).lines().collect();
        for (number, line) in lines.iter().enumerate() {
            let panics = line.contains(".unwrap()") || line.contains(".expect(");
            let explained = lines[number.saturating_sub(4)..=number].iter().any(|line| line.contains("invariant:"));
            if panics && !explained && !line.trim_start().starts_with("//") {
                broken.push(format!("{}:{}: {}", file.path, number + 1, line.trim()));
            }
        }
    }
    assert_none("unwrap and expect outside tests need an `invariant:` comment", &broken);
}

/// Table to columns, as far as `create table` says.
fn tables(sql: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut found = BTreeMap::new();
    for part in sql.split("create table ").skip(1) {
        let (name, rest) = part.split_once(" (").unwrap();
        let body = rest.split("\n)").next().unwrap();
        let columns = body
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !["unique", "primary", "foreign", "check", "--"].iter().any(|word| line.starts_with(word)));
        found.insert(name.to_owned(), columns.map(|line| line.split(' ').next().unwrap().to_owned()).collect());
    }
    found
}

#[test]
fn both_engines_have_the_same_migrations() {
    let (mut sqlite, postgres) = (files("migrations/sqlite", "sql"), files("migrations/postgres", "sql"));
    let name = |file: &Source| file.path.rsplit('/').next().unwrap().to_owned();
    // What is a file of its own beside SQLite's database is a part of PostgreSQL's.
    for beside in files("migrations/words", "sql") {
        sqlite.iter_mut().filter(|file| name(file) == name(&beside)).for_each(|file| file.text += &beside.text);
    }
    assert_eq!(sqlite.iter().map(name).collect::<Vec<_>>(), postgres.iter().map(name).collect::<Vec<_>>());
    for (a, b) in sqlite.iter().zip(&postgres) {
        // An index of words is a virtual table of SQLite's and one of PostgreSQL's with an index of its own.
        let is_virtual = |table: &str| a.text.contains(&format!("create virtual table {table} "));
        let own: BTreeMap<_, _> = tables(&b.text).into_iter().filter(|(table, _)| !is_virtual(table)).collect();
        assert_eq!(tables(&a.text), own, "{} differs", a.path);
        let strict = a.text.matches("create table ").count();
        assert_eq!(a.text.matches(") strict;").count(), strict, "{}: every SQLite table is strict", a.path);
    }
}

/// What breaks the product on purpose (`.ci/broken`) must still be there to be broken.
#[test]
fn every_way_to_break_it_still_is_one() {
    let list = std::fs::read_to_string(root().join("tests/faults/broken.txt")).unwrap();
    let rows = list.split("\n== ").skip(1);
    let broken = rows.filter_map(|row| {
        let file = row.split("file: ").nth(1)?.lines().next()?;
        let old = row.split("--- old\n").nth(1)?.split("\n--- new").next()?;
        let count = std::fs::read_to_string(root().join(file)).unwrap_or_default().matches(old).count();
        (count != 1).then(|| format!("{file} has this {count} times: {old}"))
    });
    assert_none("each stands in its file once", &broken.collect::<Vec<_>>());
}

/// The first parts of the class names that a text uses: `bubble` of `bubble__meta`.
fn blocks<'a>(text: &'a str, before: &str, after: &[char]) -> BTreeSet<&'a str> {
    text.split(before)
        .skip(1)
        .flat_map(|rest| rest.split(after).next().unwrap_or_default().split_whitespace())
        .map(|class| class.split("__").next().unwrap_or(class))
        .collect()
}

#[test]
fn styles_and_components_belong_together() {
    let styles = files("style", "css");
    let sources: Vec<Source> = rust().into_iter().filter(|file| file.path.starts_with("src/ui")).collect();
    let stems: BTreeSet<String> = sources.iter().map(|file| Path::new(&file.path).file_stem().unwrap().to_string_lossy().into_owned()).collect();
    let shared = ["main", "reset", "tokens", "base", "layout", "pages"];
    let mut broken = Vec::new();
    let mut with_style = BTreeSet::new();
    for style in &styles {
        let name = Path::new(&style.path).file_stem().unwrap().to_string_lossy().into_owned();
        if !shared.contains(&name.as_str()) && !stems.contains(&name) {
            broken.push(format!("{}: no component has this name", style.path));
        }
        // Pictures within a style are text between quotes.
        let plain: String = style.text.split('"').step_by(2).collect();
        for rest in plain.split('.').skip(1) {
            let class: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_' || *c == '-').collect();
            if class.starts_with(|c: char| c.is_ascii_lowercase()) && !class.ends_with("css") {
                with_style.insert(class.split("__").next().unwrap().to_owned());
            }
        }
        if name != "tokens" && (style.text.contains("oklch(") && name != "avatar" || style.text.contains('#') || style.text.contains("rgb(")) {
            broken.push(format!("{}: a colour that is no token", style.path));
        }
    }
    let used: BTreeSet<String> =
        sources.iter().flat_map(|file| blocks(&file.text, "class=\"", &['"']).into_iter().map(str::to_owned).collect::<Vec<_>>()).collect();
    broken.extend(used.difference(&with_style).map(|class| format!("class {class} is used and has no style")));
    broken.extend(with_style.difference(&used).map(|class| format!("class {class} is styled and never used")));
    assert_none("styles and components belong together", &broken);
}

#[test]
fn e17_everything_comes_from_a_registry_with_its_checksum() {
    let lock = std::fs::read_to_string(root().join("Cargo.lock")).unwrap();
    let mut broken = Vec::new();
    for package in lock.split("[[package]]").skip(1) {
        let is_ours = package.contains("name = \"whatsapp-inbox\"");
        let is_pinned = package.contains("source = \"registry+") && package.contains("checksum = \"");
        if !is_ours && !is_pinned {
            broken.push(package.trim().to_owned());
        }
    }
    assert_none("every crate comes from the registry and has its checksum", &broken);
    let packages = std::fs::read_to_string(root().join("end2end/package-lock.json")).unwrap();
    assert!(!packages.contains("\"resolved\""), "package-lock.json holds no addresses");
    let unpinned = packages.matches("\"version\": ").count() - 1;
    assert!(packages.matches("\"integrity\": ").count() + 1 >= unpinned, "every package of the tests has its checksum");
    assert!(!root().join("build.rs").exists(), "nothing is downloaded while building");
}

#[test]
fn leptos_toml_equals_the_section_in_cargo_toml() {
    let section = |file: &str| -> BTreeMap<String, String> {
        let text = std::fs::read_to_string(root().join(file)).unwrap();
        let body = text.split("[package.metadata.leptos]").nth(1).unwrap().split("\n[").next().unwrap().to_owned();
        body.lines().filter_map(|line| line.split_once(" = ")).map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
    };
    let (run_time, build) = (section("Leptos.toml"), section("Cargo.toml"));
    assert!(!run_time.is_empty());
    for (key, value) in run_time {
        assert_eq!(build.get(&key), Some(&value), "{key}");
    }
}
