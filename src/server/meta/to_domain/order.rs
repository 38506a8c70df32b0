//! `order` (`meta-api` section 4.8). Quantities and prices come as numbers or as text.

use super::words;
use crate::domain::content::order::{Item, Order, thousandths};
use crate::server::meta::inbound::scalar::{integer, list, object, text};
use serde::Deserialize;
use serde_json::value::RawValue;

/// As many lines of a cart are kept.
const MOST_ITEMS: usize = 200;

#[derive(Deserialize)]
struct Wire {
    #[serde(default)]
    text: Option<Box<RawValue>>,
    #[serde(default)]
    product_items: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
struct ItemWire {
    #[serde(default)]
    product_retailer_id: Option<Box<RawValue>>,
    #[serde(default)]
    quantity: Option<Box<RawValue>>,
    #[serde(default)]
    item_price: Option<Box<RawValue>>,
    #[serde(default)]
    currency: Option<Box<RawValue>>,
}

/// The cart.
#[must_use]
pub fn read(raw: Option<&RawValue>) -> Option<Order> {
    let wire: Wire = object(raw)?;
    let items = list(wire.product_items.as_deref()).iter().filter_map(|raw| item(raw)).take(MOST_ITEMS).collect();
    Some(Order { text: words(wire.text.as_deref()), items })
}

fn item(raw: &RawValue) -> Option<Item> {
    let wire: ItemWire = object(Some(raw))?;
    Some(Item {
        product: words(wire.product_retailer_id.as_deref())?,
        quantity: integer(wire.quantity.as_deref()).filter(|quantity| *quantity > 0).unwrap_or(1),
        price: text(wire.item_price.as_deref()).as_deref().and_then(thousandths),
        currency: words(wire.currency.as_deref()).unwrap_or_default(),
    })
}
