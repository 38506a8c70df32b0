// Ctrl+K: everything by a few letters of its name.
import { type Page } from "@playwright/test";
import { box, complete, expect, log, newNumber, open, row, test } from "./inbox";

const palette = (page: Page) => page.getByRole("dialog", { name: "Do or open something" });
const chosen = (page: Page) => palette(page).getByRole("option", { selected: true });

for (const width of [1280, 390]) {
  test(`96: Ctrl+K does and opens what a few letters name; what was done last stands first, ${width} px wide`, async ({ page, inbox }) => {
    await page.setViewportSize({ width, height: 800 });
    const [number, other] = [newNumber(), newNumber()];
    await inbox.customer({ wa_id: other, name: `Fjord ${other}`, text: "hello" });
    await inbox.customer({ wa_id: number, name: `Here ${number}`, text: "hello" });
    await open(page, inbox, `/whatsapp/inbox/${number}/`);
    await complete(page);
    await box(page).fill("half a sentence");
    await page.keyboard.press("Control+k");
    await expect(palette(page).getByRole("combobox")).toBeFocused();
    await page.keyboard.type("ass jon");
    await expect(chosen(page)).toContainText("Assign to Jonas");
    await page.keyboard.press("Enter");
    await expect(palette(page)).toBeHidden();
    await expect(log(page)).toContainText("Mira gave this to Jonas");
    // The text is where it was, and so is the focus.
    await expect(box(page)).toBeFocused();
    await expect(box(page)).toHaveValue("half a sentence");
    await page.keyboard.press("Control+k");
    await expect(chosen(page)).toContainText("Assign to Jonas");
    await page.keyboard.press("ArrowDown");
    await expect(chosen(page)).not.toContainText("Assign to Jonas");
    await page.keyboard.press("Escape");
    await expect(palette(page)).toBeHidden();
    // Another conversation, by its name; what nothing has says so.
    await page.keyboard.press("Control+k");
    await page.keyboard.type("zzqx");
    await expect(palette(page)).toContainText("Nothing fits these words.");
    await palette(page).getByRole("combobox").fill(`fjo ${other.slice(-5)}`);
    await expect(chosen(page)).toContainText(`Fjord ${other}`);
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(new RegExp(other));
    // A part of the list.
    await page.keyboard.press("Control+k");
    await page.keyboard.type("mine");
    await chosen(page).click();
    await expect(page).toHaveURL(/view=mine/);
    await expect(row(page, `Fjord ${other}`)).toHaveCount(0);
  });
}

test("96: the palette opens what the list has not loaded", async ({ page, inbox }) => {
  const number = newNumber();
  await inbox.customer({ wa_id: number, name: `Lofoten ${number}`, text: "hello" });
  await open(page, inbox, "/whatsapp/inbox/?view=resolved");
  await complete(page);
  await page.keyboard.press("Control+k");
  await page.keyboard.type(`lofoten ${number}`);
  await expect(chosen(page)).toContainText(`Lofoten ${number}`);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(number));
});
