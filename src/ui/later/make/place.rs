//! A place: two numbers from any map, or where the agent is.

use super::{Making, frame, line, typed, words_of};
use crate::domain::content::Location;
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
    frame(making, fields.into_any(), move || match Location::read_coordinates(&coordinates.get_untracked()) {
        Some((latitude, longitude)) => sender.send(Made::Location(Location { latitude, longitude, name: words_of(&name), address: words_of(&address) })),
        None => sender.refuse(words::NO_COORDINATES),
    })
}
