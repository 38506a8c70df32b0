//! Random ids.

/// 128 random bits as hexadecimal text. (`crypto.randomUUID` needs https; this does not.)
#[must_use]
pub fn id() -> String {
    let mut bytes = [0_u8; 16];
    if let Some(crypto) = web_sys::window().and_then(|window| window.crypto().ok()) {
        // Fails only for more than 64 KB.
        let _ = crypto.get_random_values_with_u8_array(&mut bytes);
    }
    format!("{:032x}", u128::from_be_bytes(bytes))
}
