//! A place: two numbers from any map, or where the agent is.

use super::{Making, frame, line, typed, words_of};
use crate::domain::content::Location;
use crate::domain::content::location::Degrees;
use crate::protocol::command::Made;
use crate::ui::browser::{position, task};
use crate::ui::words;
use leptos::prelude::*;

pub fn form(making: &Making) -> AnyView {
    let (coordinates, name, address) = (typed(), typed(), typed());
    let (finder, found) = (making.clone(), coordinates.clone());
    let find = move |_| {
        let (making, coordinates) = (finder.clone(), found.clone());
        let before = coordinates.get_untracked();
        task::spawn(async move {
            match position::find().await {
                // What was typed meanwhile is meant.
                Some(_) if coordinates.get_untracked() != before => {}
                Some((latitude, longitude)) => coordinates.set(format!("{latitude:.6}, {longitude:.6}")),
                None => making.refuse(words::NO_POSITION),
            }
        });
    };
    let fields = view! {
        {line(words::COORDINATES.to_owned(), &coordinates, true)}
        <p class="make__hint">{words::COORDINATES_HINT}" "<button type="button" class="link" on:click=find>{words::MY_POSITION}</button></p>
        {line(words::CALLED.to_owned(), &name, false)}
        {line(words::ADDRESS.to_owned(), &address, false)}
    };
    let sender = making.clone();
    frame(making, fields.into_any(), move || match read(&coordinates.get_untracked()) {
        Some((latitude, longitude)) => sender.send(Made::Location(Location { latitude, longitude, name: words_of(&name), address: words_of(&address) })),
        None => sender.refuse(words::NO_COORDINATES),
    })
}

/// Two numbers with a comma or a blank between them.
fn read(text: &str) -> Option<(Degrees, Degrees)> {
    let mut numbers = text.split([',', ' ', ';']).filter(|part| !part.is_empty());
    let (latitude, longitude) = (Degrees::parse(numbers.next()?, 90)?, Degrees::parse(numbers.next()?, 180)?);
    numbers.next().is_none().then_some((latitude, longitude))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coordinates_are_read_as_maps_write_them() {
        for text in ["59.9139, 10.7522", "59.9139 10.7522", " 59.9139,10.7522 "] {
            assert_eq!(read(text), Some((Degrees(59_913_900), Degrees(10_752_200))), "{text}");
        }
        for text in ["", "59.9", "91, 10", "59.9, 181", "1, 2, 3", "north, west"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
