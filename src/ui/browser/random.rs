//! Random ids.

/// 128 random bits as hexadecimal text. (`crypto.randomUUID` needs https; this does not.)
#[must_use]
pub fn id() -> String {
    let mut bytes = [0_u8; 16];
    if let Some(crypto) = web_sys::window().and_then(|window| window.crypto().ok()) {
        // Fails only for more than 64 KB.
        let _ = crypto.get_random_values_with_u8_array(&mut bytes);
    }
    let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}
