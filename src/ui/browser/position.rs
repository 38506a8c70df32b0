//! Where the machine is, if the browser says.

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

/// How long the machine may look for itself.
const LONGEST_MS: i32 = 20_000;

/// Latitude and longitude in degrees; `None`: the agent or the browser does not want to say.
pub async fn find() -> Option<(f64, f64)> {
    let of = |object: &JsValue, name: &str| Reflect::get(object, &name.into()).ok().filter(|value| !value.is_undefined() && !value.is_null());
    let navigator: JsValue = web_sys::window()?.navigator().into();
    let geolocation = of(&navigator, "geolocation")?;
    let ask: Function = of(&geolocation, "getCurrentPosition")?.into();
    let options = js_sys::Object::new();
    Reflect::set(&options, &"timeout".into(), &LONGEST_MS.into()).ok()?;
    let asked = Promise::new(&mut |resolve, reject| drop(ask.call3(&geolocation, &resolve, &reject, &options)));
    let found = JsFuture::from(asked).await.ok()?;
    let coordinates = of(&found, "coords")?;
    Some((of(&coordinates, "latitude")?.as_f64()?, of(&coordinates, "longitude")?.as_f64()?))
}
