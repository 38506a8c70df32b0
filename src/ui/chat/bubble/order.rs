//! A cart: its lines and what they come to.

use crate::domain::content::Order;
use crate::domain::content::order::{Item, amount};
use crate::ui::kit::piece::Piece;
use crate::ui::words;
use leptos::prelude::*;

/// The cart.
#[component]
pub fn OrderBody(order: Order) -> impl IntoView {
    let total = order.total().map(|(sum, currency)| format!("{} {currency}", amount(sum)));
    let lines: Vec<AnyView> = order.items.into_iter().map(line).collect();
    view! {
        <Piece kind=words::kind("order") title=order.text.unwrap_or_default()>
            <dl class="piece__fields">
                {lines}
                {total.map(|total| view! { <dt><b>{words::TOTAL}</b></dt><dd><b>{total}</b></dd> }.into_any())}
            </dl>
        </Piece>
    }
}

fn line(item: Item) -> AnyView {
    let price = item.price.map(|price| format!("{} {}", amount(price), item.currency)).unwrap_or_default();
    view! { <dt>{format!("{} × {}", item.quantity, item.product)}</dt><dd>{price}</dd> }.into_any()
}
