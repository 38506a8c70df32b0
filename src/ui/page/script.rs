//! The few lines of script of pages with forms. Each page is complete without them.

/// Fills in the browser's time zone, which forms send along.
pub const TIME_ZONE: &str = "document.forms[0].elements.time_zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone;";

/// The sample beside colours follows the name while it is typed, and one's own colour while it is picked, which chooses it.
pub const SAMPLE: &str = r#"
const OWN = ".swatches__own + .swatches__sample";
for (const sample of document.querySelectorAll(OWN)) sample.hidden = false;
addEventListener("input", ({ target: { form, name, value } }) => {
  if (name === "own_color") {
    form.querySelector("[name=color][value=own]").checked = true;
    form.querySelector(OWN).querySelector("circle").setAttribute("fill", value);
  }
  if (name === "name") for (const text of form.querySelectorAll(".swatches__sample bdi")) {
    text.dataset.was ??= text.textContent;
    text.textContent = value.trim() || text.dataset.was;
  }
});
"#;

/// Once a form is sent, its page says that it is on its way, and it is not sent twice.
pub const ON_ITS_WAY: &str = r#"
const show = (form, goes) => {
  form.querySelector("[role=status]").hidden = !goes;
  form.querySelector("button").disabled = goes;
};
for (const form of document.forms) {
  form.addEventListener("submit", () => show(form, true));
  addEventListener("pageshow", () => show(form, false));
}
"#;
