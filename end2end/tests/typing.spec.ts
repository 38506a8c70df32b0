// Writing with less: emoji by name or from a list, marks by keys, and no click into the box.
import { type Page } from "@playwright/test";
import { box, bubble, complete, expect, type Inbox, newNumber, open, readAll, readBy, row, test } from "./inbox";

async function stage(page: Page, inbox: Inbox): Promise<string> {
  const number = newNumber();
  await inbox.customer({ wa_id: number, text: "hello" });
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await page.waitForSelector("body[data-complete]");
  return number;
}

test("45: an emoji is completed by its name; Escape leaves what was typed, a time stays a time", async ({ page, inbox }) => {
  const number = await stage(page, inbox);
  const offers = page.getByRole("option");
  await box(page).pressSequentially("Well done :tad");
  await expect(offers.first()).toContainText("party popper");
  await page.keyboard.press("Enter");
  await expect(box(page)).toHaveValue("Well done 🎉 ");
  await box(page).pressSequentially("at 10:30 :smi");
  await expect(offers).toHaveCount(6);
  await page.keyboard.press("Escape");
  await expect(offers).toHaveCount(0);
  await expect(box(page)).toHaveValue("Well done 🎉 at 10:30 :smi");
  await page.keyboard.press("Enter");
  await expect.poll(() => inbox.sent(number)).toEqual(["Well done 🎉 at 10:30 :smi"]);
});

test("45: an emoji is picked with keys alone, in the skin tone that was chosen, and offered first the next time", async ({ page, inbox }) => {
  await stage(page, inbox);
  await box(page).fill("Hi ");
  await page.getByRole("button", { name: "Emoji" }).click();
  const picker = page.getByRole("dialog", { name: "Emoji" });
  await picker.getByLabel("Medium", { exact: true }).check();
  await picker.getByPlaceholder("Search emoji").fill("waving hand");
  await expect(picker.getByRole("button").first()).toHaveText("👋🏽");
  await picker.getByPlaceholder("Search emoji").press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(picker).toBeHidden();
  await expect(box(page)).toHaveValue("Hi 👋🏽");
  await expect(box(page)).toBeFocused();
  await page.reload();
  await page.waitForSelector("body[data-complete]");
  await page.getByRole("button", { name: "Emoji" }).click();
  await expect(picker.getByRole("button").first()).toHaveText("👋🏽");
});

test("49: keys put WhatsApp's marks around the selection, and can be undone", async ({ page, inbox }) => {
  await stage(page, inbox);
  await box(page).fill("ready at five");
  await box(page).press("Control+a");
  await page.keyboard.press("Control+b");
  await expect(box(page)).toHaveValue("*ready at five*");
  await page.keyboard.press("Control+i");
  await expect(box(page)).toHaveValue("*_ready at five_*");
  await page.keyboard.press("Control+Shift+x");
  await expect(box(page)).toHaveValue("*_~ready at five~_*");
  for (let n = 0; n < 3; n++) await page.keyboard.press("Control+z");
  await expect(box(page)).toHaveValue("ready at five");
});

test("51: whoever begins to type, anywhere in the thread, writes in the box", async ({ page, inbox }) => {
  await stage(page, inbox);
  await bubble(page, "hello").click();
  await page.keyboard.type("Grüße");
  await expect(box(page)).toHaveValue("Grüße");
  await page.locator(".row").first().focus();
  await page.keyboard.type("!");
  await expect(box(page)).toHaveValue("Grüße!");
});

test("46: a quick reply is found by its name or its words; what is known is filled in, what is not is selected", async ({ page, inbox }) => {
  const name = `r${newNumber()}`;
  await page.goto(`${inbox.base}/whatsapp/replies/`);
  await page.getByLabel("Short name").first().fill(`/${name}`);
  await page.getByLabel("Text").first().fill("Hello {contact.first_name}, order {number} leaves today. {agent.name}");
  await page.getByRole("button", { name: "Make quick reply" }).click();
  await expect(page.getByText(`/${name}`).first()).toBeVisible();
  const number = newNumber();
  await inbox.customer({ wa_id: number, name: "Ines Benítez", text: "hello" });
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await page.waitForSelector("body[data-complete]");
  await box(page).pressSequentially(`/${name.slice(0, 6)}`);
  await expect(page.getByRole("option").first()).toContainText("Hello Ines, order {number} leaves today. Mira");
  await page.keyboard.press("Escape");
  await expect(box(page)).toHaveValue(`/${name.slice(0, 6)}`);
  await box(page).fill("");
  await box(page).pressSequentially("/leaves today");
  await expect(page.getByRole("option", { name: new RegExp(name) })).toBeVisible();
  await page.keyboard.press("Tab");
  await expect(box(page)).toHaveValue(/^Hello Ines, order \{number\} leaves today. Mira$/);
  await page.keyboard.type("20391");
  await page.keyboard.press("Enter");
  await expect.poll(() => inbox.sent(number)).toEqual(["Hello Ines, order 20391 leaves today. Mira"]);
});

test("a quick reply brings its file, which goes when the agent says so; a table makes several", async ({ page, inbox }) => {
  const name = `f${newNumber()}`;
  await page.goto(`${inbox.base}/whatsapp/replies/`);
  await page.getByLabel("Short name").first().fill(name);
  await page.getByLabel("Text").first().fill("Our prices, {contact.first_name}");
  await page.getByLabel("File", { exact: true }).first().setInputFiles({ name: "Prices.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7 ours") });
  await page.getByRole("button", { name: "Make quick reply" }).click();
  await expect(page.locator(".settings__one", { hasText: `/${name}` })).toContainText("Prices.pdf");
  // Also where it is narrow.
  const size = page.viewportSize()!;
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  await page.setViewportSize(size);
  await page.locator("summary", { hasText: "Import from CSV" }).click();
  await page.getByLabel("CSV file").setInputFiles({ name: "r.csv", mimeType: "text/csv", buffer: Buffer.from(`shortcut,text\n${name}-a,One\n${name}-b,Two\n`) });
  await page.getByRole("button", { name: "Import", exact: true }).click();
  await expect(page.getByRole("status")).toHaveText("Imported: 2 new, 0 changed.");
  const number = newNumber();
  await inbox.customer({ wa_id: number, name: "Ines Benítez", text: "prices?" });
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await page.waitForSelector("body[data-complete]");
  await box(page).pressSequentially(`/${name}`);
  await expect(page.getByRole("option")).toHaveCount(3);
  await expect(page.getByRole("option").first()).toContainText("Prices.pdf");
  await page.keyboard.press("Enter");
  await expect(box(page)).toHaveValue("Our prices, Ines");
  await expect(page.locator(".tray__item")).toContainText("Prices.pdf");
  expect(await inbox.sent(number)).toEqual([]);
  await page.getByRole("button", { name: "Send the file" }).click();
  await expect(bubble(page, "Prices.pdf")).toBeVisible();
  await expect(box(page)).toHaveValue("Our prices, Ines");
  await box(page).press("Enter");
  await expect.poll(async () => (await inbox.bodies(number)).map(({ type }) => type)).toEqual(["document", "text"]);
});

test("96: Alt and an arrow go from conversation to conversation, Ctrl+F to the search; what is typed stays where it was", async ({ page, inbox }) => {
  const mark = newNumber();
  const [first, second] = [newNumber(), newNumber()];
  await inbox.customer({ wa_id: second, name: `B ${mark}`, text: `older ${mark}` });
  await inbox.customer({ wa_id: first, name: `A ${mark}`, text: `newer ${mark}` });
  await open(page, inbox, "/whatsapp/inbox/");
  await page.waitForSelector("body[data-complete]");
  await page.keyboard.press("Control+f");
  await page.keyboard.type(mark);
  await expect(page.locator(".row")).toHaveCount(2);
  await page.keyboard.press("Alt+ArrowDown");
  await expect(page).toHaveURL(new RegExp(`/${first}/`));
  await expect(bubble(page, `newer ${mark}`)).toBeVisible();
  await box(page).fill("for A alone");
  await page.keyboard.press("Alt+ArrowDown");
  await expect(bubble(page, `older ${mark}`)).toBeVisible();
  await expect(box(page)).toHaveValue("");
  // Below the last one there is none.
  await page.keyboard.press("Alt+ArrowDown");
  await expect(page).toHaveURL(new RegExp(`/${second}/`));
  await page.keyboard.press("Alt+ArrowUp");
  await expect(box(page)).toHaveValue("for A alone");
});

test("96, 119: single keys work in the list once they are switched on, and never while somebody writes", async ({ page, inbox }) => {
  const [first, second] = [newNumber(), newNumber()];
  await inbox.customer({ wa_id: second, name: `Second ${second}`, text: "later" });
  await inbox.customer({ wa_id: first, name: `First ${first}`, text: "which lid?" });
  await open(page, inbox, `/whatsapp/inbox/${first}/`);
  await page.waitForSelector("body[data-complete]");
  // Off: letters are words.
  await row(page, `First ${first}`).focus();
  await page.keyboard.type("jar");
  await expect(box(page)).toHaveValue("jar");
  await box(page).fill("");
  await page.locator(".rail__menu summary").click();
  await page.getByLabel("Single keys while the list has the focus").check();
  await page.locator(".rail__menu summary").click();

  await row(page, `First ${first}`).focus();
  await page.keyboard.press("j");
  await expect(page).toHaveURL(new RegExp(second));
  await expect(row(page, `Second ${second}`)).toBeFocused();
  // Keys that are quicker than a thread are not lost, and meet the one that was chosen.
  const late = /fn\/conversations\/thread/;
  await page.route(late, async (route) => {
    await new Promise((answered) => setTimeout(answered, 300));
    await route.continue();
  });
  await page.keyboard.press("k");
  await page.keyboard.press("a");
  await page.keyboard.press("l");
  await expect(page).toHaveURL(new RegExp(first));
  await expect(page.getByLabel("Find or make a label")).toBeFocused();
  await page.unroute(late);
  await page.keyboard.press("Escape");
  await expect(page.locator(".bubble", { hasText: "gave this to" })).toBeVisible();
  await row(page, `First ${first}`).focus();
  await page.keyboard.press("r");
  await expect(page.locator(".answer")).toContainText("which lid?");
  await page.keyboard.type("the red one, j k e");
  await expect(box(page)).toHaveValue("the red one, j k e");
  await row(page, `First ${first}`).focus();
  await page.keyboard.press("e");
  await expect(page).toHaveURL(new RegExp(second));
  await page.keyboard.press("k");
  await expect(page.getByRole("button", { name: "Reopen" }).first()).toBeVisible();
  await page.keyboard.press("Control+Shift+U");
  await expect(page).toHaveURL(/\/whatsapp\/inbox\/$/);
});

test("96: N finds what is unread also below what the list has loaded, and says so where there is none", async ({ page, inbox }) => {
  const old = newNumber();
  await inbox.customer({ wa_id: old, name: `Old ${old}`, text: "long ago" });
  const others = Array.from({ length: 51 }, newNumber);
  for (const wa_id of others) await inbox.customer({ wa_id, name: `New ${wa_id}`, text: "hello" });
  await open(page, inbox, "/whatsapp/inbox/");
  // Whatever else is unread in the house is older, or read by now.
  type Chat = { id: string; phone_number: string | null };
  const unread = async () => (await (await page.request.get(`${inbox.base}/whatsapp/api/chats/?view=unread&limit=200`)).json()).conversations as Chat[];
  await expect(async () => {
    await readBy(page, (await unread()).filter((chat) => chat.phone_number !== old).map(({ id }) => id));
    expect((await unread()).map((chat) => chat.phone_number)).toEqual([old]);
  }).toPass();
  await open(page, inbox, "/whatsapp/inbox/");
  await complete(page);
  await page.locator(".rail__menu summary").click();
  await page.getByLabel("Single keys while the list has the focus").check();
  await page.locator(".rail__menu summary").click();
  await expect(row(page, `Old ${old}`)).toHaveCount(0);
  await row(page, `New ${others[50]}`).focus();
  await page.keyboard.press("n");
  await expect(page).toHaveURL(new RegExp(old));
  await expect(bubble(page, "long ago")).toBeVisible();
  await readAll(page);
  await row(page, `New ${others[50]}`).focus();
  await page.keyboard.press("n");
  await expect(page.getByText("Nothing else here is unread.")).toBeVisible();
});

test("96: N opens the next unread one, M begins a note, S chooses a time, / goes to the search", async ({ page, inbox }) => {
  const [first, read, last] = [newNumber(), newNumber(), newNumber()];
  for (const [wa_id, name] of [[last, "Last"], [read, "Read"], [first, "First"]]) await inbox.customer({ wa_id, name: `${name} ${wa_id}`, text: "hello" });
  for (const number of [read, first]) {
    await open(page, inbox, `/whatsapp/inbox/${number}/`);
    await readAll(page);
  }
  await complete(page);
  await page.locator(".rail__menu summary").click();
  await page.getByLabel("Single keys while the list has the focus").check();
  await page.locator(".rail__menu summary").click();
  await row(page, `First ${first}`).focus();
  await page.keyboard.press("n");
  await expect(page).toHaveURL(new RegExp(last));
  await expect(row(page, `Last ${last}`)).toBeFocused();
  await expect(bubble(page, "hello")).toBeVisible();
  await page.keyboard.press("m");
  await expect(page.getByRole("button", { name: "Add note" })).toBeVisible();
  await page.keyboard.type("call back");
  await page.getByRole("button", { name: "Add note" }).click();
  // The key that opened it types nothing.
  await expect(page.locator(".bubble[data-side=note] .bubble__body")).toHaveText(/^call back/);
  await row(page, `Last ${last}`).focus();
  await page.keyboard.press("s");
  await expect(page.locator(".tools__rests button").first()).toBeFocused();
  await page.keyboard.press("Escape");
  await row(page, `Last ${last}`).focus();
  await page.keyboard.press("/");
  await expect(page.locator("#search")).toBeFocused();
});
