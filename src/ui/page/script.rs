//! The few lines of script of pages with forms. Each page is complete without them.

/// Fills in the browser's time zone, which forms send along.
pub const TIME_ZONE: &str = "document.forms[0].elements.time_zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone;";

/// The sample beside colours follows the name while it is typed, and one's own colour while it is picked, which chooses it. What the browser
/// fills in again is followed, too.
pub const SAMPLE: &str = r#"
const OWN = ".swatches__own + .swatches__sample";
const show = (form) => {
  const { name, own_color } = form.elements;
  form.querySelector(OWN).hidden = false;
  form.querySelector(OWN).querySelector("circle").setAttribute("fill", own_color.value);
  for (const text of form.querySelectorAll(".swatches__sample bdi")) {
    text.dataset.was ??= text.textContent;
    text.textContent = name.value.trim() || text.dataset.was;
  }
};
const shown = () => [...document.forms].filter((form) => form.elements.own_color).forEach(show);
shown();
addEventListener("pageshow", shown);
addEventListener("input", ({ target: { form, name } }) => {
  if (name === "own_color") form.querySelector("[name=color][value=own]").checked = true;
  if (form?.elements.own_color) show(form);
});
"#;

/// Once a form is sent, its page says that it is on its way, and it is not sent twice; until another file is chosen, or one comes back to it.
pub const ON_ITS_WAY: &str = r#"
for (const form of document.forms) {
  const [status, button] = ["[role=status]", "button"].map((name) => form.querySelector(name));
  const rest = () => { status.replaceChildren(); button.ariaDisabled = null; };
  form.addEventListener("submit", (event) => {
    if (button.ariaDisabled) return event.preventDefault();
    const progress = document.createElement("progress");
    progress.ariaLabel = button.textContent;
    status.replaceChildren(progress, status.dataset.says);
    button.ariaDisabled = "true";
  });
  form.addEventListener("change", rest);
  addEventListener("pageshow", rest);
}
"#;
