//! A cart: its lines and what they come to.

use crate::domain::content::Order;
use crate::domain::content::order::{Item, amount};
use crate::ui::kit::piece::Piece;
use crate::ui::words;
use leptos::prelude::*;

/// The cart.
pub fn body(order: Order) -> AnyView {
    let total = order.total().map(|(sum, currency)| (words::TOTAL.to_owned(), format!("{} {currency}", amount(sum))));
    let fields = order.items.iter().map(line).chain(total).collect();
    view! { <Piece kind=words::kind("order") title=order.text.unwrap_or_default() lines=Vec::new() fields/> }.into_any()
}

fn line(item: &Item) -> (String, String) {
    let price = item.price.map(|price| format!("{} {}", amount(price), item.currency)).unwrap_or_default();
    (format!("{} × {}", item.quantity, item.product), price)
}
