//! `referral`, and of `context` what is not the message it answers (`meta-api` sections 4.11 and 4.12).

use super::words;
use crate::domain::origin::{Origin, Referral};
use crate::server::meta::inbound::message::Message;
use crate::server::meta::inbound::scalar::{filled, object};
use serde::Deserialize;
use serde_json::value::RawValue;

#[derive(Deserialize)]
struct Context {
    #[serde(default)]
    forwarded: Option<Box<RawValue>>,
    #[serde(default)]
    frequently_forwarded: Option<Box<RawValue>>,
    #[serde(default)]
    referred_product: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
struct Product {
    #[serde(default)]
    product_retailer_id: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
struct ReferralWire {
    #[serde(default)]
    source_url: Option<Box<RawValue>>,
    #[serde(default)]
    source_type: Option<Box<RawValue>>,
    #[serde(default)]
    headline: Option<Box<RawValue>>,
    #[serde(default)]
    body: Option<Box<RawValue>>,
}

/// Where a message came from, if anything is said of that.
#[must_use]
pub fn read(message: &Message) -> Option<Origin> {
    let context: Option<Context> = object(message.context.as_deref());
    let is_true = |raw: Option<&RawValue>| raw.is_some_and(|raw| raw.get() == "true");
    let often = context.as_ref().is_some_and(|context| is_true(context.frequently_forwarded.as_deref()));
    let origin = Origin {
        edited: message.edited,
        group: message.in_group,
        held: false,
        forwarded: often || context.as_ref().is_some_and(|context| is_true(context.forwarded.as_deref())),
        often,
        referral: object::<ReferralWire>(message.referral.as_deref()).map(|wire| referral(&wire)),
        product: context
            .and_then(|context| object::<Product>(context.referred_product.as_deref()))
            .and_then(|product| words(product.product_retailer_id.as_deref())),
    };
    (origin != Origin::default()).then_some(origin)
}

fn referral(wire: &ReferralWire) -> Referral {
    let is_link = |url: &String| url.len() < 2000 && (url.starts_with("https://") || url.starts_with("http://"));
    Referral {
        is_ad: filled(wire.source_type.as_deref()).as_deref() != Some("post"),
        headline: words(wire.headline.as_deref()),
        body: words(wire.body.as_deref()),
        url: filled(wire.source_url.as_deref()).filter(is_link),
    }
}
