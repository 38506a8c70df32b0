//! Contact cards (`meta-api` section 4.5).

use serde::{Deserialize, Serialize};

/// So many cards at most in one message.
pub const MOST_CARDS: usize = 257;

/// The cards of one message, up to [`MOST_CARDS`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contacts {
    /// At least one.
    pub cards: Vec<Card>,
}

/// One person or company.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// As its sender has it; may be empty.
    pub name: String,
    /// Where they work.
    pub company: Option<String>,
    /// As written.
    pub phones: Vec<Phone>,
    /// As written.
    pub emails: Vec<String>,
    /// What else is on it, as written: where they live, their pages, their birthday.
    #[serde(default)]
    pub more: Vec<String>,
}

/// A number of a card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phone {
    /// As written, e.g. `+44 7700 900123`.
    pub number: String,
    /// Its digits, if it is on WhatsApp.
    pub wa_id: Option<String>,
}

impl Contacts {
    /// Whether WhatsApp takes them: some, not too many, and none that says nothing.
    #[must_use]
    pub fn can_be_sent(&self) -> bool {
        (1..=MOST_CARDS).contains(&self.cards.len()) && self.cards.iter().all(|card| !card.title().trim().is_empty())
    }

    /// The cards in the form that address books read (vCard 3.0, RFC 2426).
    #[must_use]
    pub fn vcard(&self) -> String {
        let text = |text: &str| text.replace('\\', "\\\\").replace(['\n', '\r'], "\\n").replace(',', "\\,").replace(';', "\\;");
        let mut lines = Vec::new();
        for card in &self.cards {
            let name = text(card.title());
            lines.extend(["BEGIN:VCARD".to_owned(), "VERSION:3.0".to_owned(), format!("N:;{name};;;"), format!("FN:{name}")]);
            lines.extend(card.company.iter().map(|company| format!("ORG:{}", text(company))));
            lines.extend(card.phones.iter().map(|phone| format!("TEL:{}", text(&phone.number))));
            lines.extend(card.emails.iter().map(|email| format!("EMAIL:{}", text(email))));
            lines.extend(card.more.iter().map(|more| format!("{}:{}", if more.starts_with("http") { "URL" } else { "NOTE" }, text(more))));
            lines.push("END:VCARD".to_owned());
        }
        lines.join("\r\n") + "\r\n"
    }
}

impl Card {
    /// Everything on it.
    #[must_use]
    pub fn searchable(&self) -> String {
        let phones = self.phones.iter().map(|phone| phone.number.as_str());
        let parts =
            std::iter::once(self.name.as_str()).chain(self.company.as_deref()).chain(phones).chain(self.emails.iter().chain(&self.more).map(String::as_str));
        parts.collect::<Vec<_>>().join(" ")
    }

    /// What to call it: its name, else its first number, else its first address.
    #[must_use]
    pub fn title(&self) -> &str {
        let other = || self.phones.first().map(|phone| phone.number.as_str()).or(self.emails.first().map(String::as_str));
        if self.name.is_empty() { other().unwrap_or_default() } else { &self.name }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_customer_wrote_adds_no_lines_to_a_card() {
        let card = Card {
            name: "Duarte; Ines\nTEL:+1".into(),
            company: Some("Duarte, Filhos".into()),
            phones: vec![Phone { number: "+351 910 000 123".into(), wa_id: None }],
            emails: vec!["ines@duarte.example".into()],
            more: vec!["Rua 1\nLisboa".into(), "https://duarte.example".into()],
        };
        assert_eq!(
            Contacts { cards: vec![card] }.vcard(),
            "BEGIN:VCARD\r\nVERSION:3.0\r\nN:;Duarte\\; Ines\\nTEL:+1;;;\r\nFN:Duarte\\; Ines\\nTEL:+1\r\nORG:Duarte\\, Filhos\r\nTEL:+351 910 000 123\r\nEMAIL:ines@duarte.example\r\nNOTE:Rua 1\\nLisboa\r\nURL:https://duarte.example\r\nEND:VCARD\r\n"
        );
    }
}
