// Triage: several conversations at once, what an agent keeps in sight, what a list is asked for, and looking into one thread.
import { type Page } from "@playwright/test";
import { bubble, complete, expect, type Inbox, log, newNumber, open, picture, row, test, watch } from "./inbox";


/** So many new customers, whose names share a word that nobody else has; the last wrote last. */
async function customers(inbox: Inbox, count: number): Promise<{ word: string; names: string[]; numbers: string[] }> {
  const word = `Batch${newNumber()}`;
  const numbers = Array.from({ length: count }, newNumber);
  const names = numbers.map((_, index) => `${word} ${"abcdefghijklmnop"[index]}`);
  for (const [index, wa_id] of numbers.entries()) await inbox.customer({ wa_id, name: names[index], text: `hello from ${names[index]}` });
  return { word, names, numbers };
}

const marks = (page: Page, name: string) => row(page, name).locator(".mark");

for (const width of [1280, 390]) test(`27: several are chosen, handed over and resolved at once, and all of it is taken back, ${width} px wide`, async ({ page, inbox, allowed }) => {
  allowed.push(/status of 409/);
  await page.setViewportSize({ width, height: 844 });
  const { word, names } = await customers(inbox, 4);
  await open(page, inbox, "/whatsapp/inbox/");
  await complete(page);
  if (width === 390) {
    await page.getByRole("button", { name: "Show", exact: true }).click();
    await page.getByRole("button", { name: "Choose several…" }).click();
    for (const name of names.slice(0, 3)) await row(page, name).click();
  } else {
    await row(page, names[2]).click({ modifiers: ["Control"] });
    await row(page, names[0]).click({ modifiers: ["Shift"] });
  }
  const bar = page.getByRole("region", { name: "Chosen conversations" });
  await expect(bar).toContainText("3 chosen");
  await expect(page).toHaveURL(/\/whatsapp\/inbox\/$/);
  await bar.getByRole("button", { name: "Assign" }).click();
  await page.getByRole("dialog", { name: "Assigned to" }).getByRole("button", { name: "Jonas" }).click();
  await expect(bar).toHaveCount(0);
  for (const name of names.slice(0, 3)) await expect(marks(page, name)).toHaveText(["Jonas"]);
  await expect(marks(page, names[3])).toHaveCount(0);
  const undo = page.locator(".undo");
  await expect(undo).toContainText("Handed over 3 conversations.");

  // What somebody has made of it meanwhile stays as it is.
  await page.getByRole("button", { name: "Show", exact: true }).click();
  await page.getByRole("button", { name: "Choose several…" }).click();
  for (const name of names.slice(0, 2)) await row(page, name).click();
  await bar.getByRole("button", { name: "Resolve" }).click();
  await expect(undo).toContainText("Resolved 2 conversations.");
  const meanwhile = { id: (await row(page, names[0]).getAttribute("id"))!.replace("row-", ""), what: { snooze: Date.now() + 3_600_000 }, basis: null };
  await page.evaluate((body) => fetch("/whatsapp/fn/team/handle", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) }), meanwhile);
  await expect(marks(page, names[0])).toHaveText(["Snoozed", "Jonas"]);
  await undo.getByRole("button", { name: "Undo" }).click();
  await expect(marks(page, names[1])).toHaveText(["Jonas"]);
  await expect(undo).toHaveCount(0);
  await expect(page.locator(".banner")).toContainText("changed by somebody else meanwhile");
  expect(word).toBeTruthy();
});

test("27: X chooses rows by keys; a new label and a rest are for all of them", async ({ page, inbox }) => {
  const { names, word } = await customers(inbox, 3);
  await open(page, inbox, "/whatsapp/inbox/");
  await complete(page);
  await page.locator(".rail__menu summary").click();
  await page.getByLabel("Single keys while the list has the focus").check();
  await page.locator(".rail__menu summary").click();
  await row(page, names[1]).click();
  await row(page, names[1]).focus();
  await page.keyboard.press("x");
  await page.keyboard.press("j");
  await expect(row(page, names[0])).toHaveAttribute("aria-current", "true");
  await page.keyboard.press("x");
  const bar = page.getByRole("region", { name: "Chosen conversations" });
  await expect(bar).toContainText("2 chosen");
  await bar.getByRole("button", { name: "Label" }).click();
  await page.getByRole("dialog", { name: "Label", exact: true }).getByLabel("New label").fill(`New ${word}`);
  await page.keyboard.press("Enter");
  for (const name of names.slice(0, 2)) await expect(marks(page, name)).toHaveText([`New ${word}`]);
  await row(page, names[1]).click({ modifiers: ["Control"] });
  await row(page, names[0]).click({ modifiers: ["Control"] });
  // One Escape closes the menu, the next one ends it.
  await bar.getByRole("button", { name: "Snooze" }).click();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog", { name: "Snooze", exact: true })).toBeHidden();
  await expect(bar).toContainText("2 chosen");
  await bar.getByRole("button", { name: "Snooze" }).click();
  await page.getByRole("dialog", { name: "Snooze", exact: true }).getByRole("button", { name: "For an hour" }).click();
  for (const name of names.slice(0, 2)) await expect(marks(page, name)).toHaveText([`New ${word}`, "Snoozed"]);
  await expect(marks(page, names[2])).toHaveCount(0);
});

test("26, 27: what was read at once is unread again as it was; how far several have got is said", async ({ page, inbox }) => {
  const { names, numbers } = await customers(inbox, 4);
  for (const text of ["and", "please"]) await inbox.customer({ wa_id: numbers[1], name: names[1], text });
  await open(page, inbox, "/whatsapp/inbox/");
  await complete(page);
  const badge = row(page, names[1]).locator(".badge");
  await expect(badge).toHaveText("3");
  await row(page, names[1]).click({ modifiers: ["Control"] });
  await row(page, names[0]).click({ modifiers: ["Shift"] });
  const bar = page.getByRole("region", { name: "Chosen conversations" });
  await expect(bar).toContainText("4 chosen");
  // Each takes as long as the test lets it.
  const held: (() => void)[] = [];
  await page.route(/conversations\/mark_read/, async (route) => {
    await new Promise<void>((done) => held.push(done));
    await route.continue();
  });
  await bar.getByRole("button", { name: "Mark as read" }).click();
  for (let done = 0; done < 4; done++) {
    await expect.poll(() => held.length).toBe(done + 1);
    await expect(bar).toContainText(`${done} of 4…`);
    held[done]();
  }
  for (const name of names) await expect(row(page, name).locator(".badge")).toHaveCount(0);
  await page.locator(".undo").getByRole("button", { name: "Undo" }).click();
  await expect(badge).toHaveText("3");
  await expect(row(page, names[3]).locator(".badge")).toHaveText("1");
  // Nothing is lost of it by a reload.
  await page.reload();
  await expect(badge).toHaveText("3");
});

for (const width of [1280, 390]) test(`28, 30: the list stays where it was scrolled to; what shows nothing says how much it hides, and leads out, ${width} px wide`, async ({ page, inbox }) => {
  await page.setViewportSize({ width, height: 500 });
  const { names, numbers } = await customers(inbox, 12);
  await open(page, inbox, "/whatsapp/inbox/");
  await complete(page);
  const list = page.locator(".rows");
  await row(page, names[2]).scrollIntoViewIfNeeded();
  const at = await list.evaluate((rows) => rows.scrollTop);
  expect(at).toBeGreaterThan(50);
  await row(page, names[2]).click();
  await expect(page).toHaveURL(new RegExp(numbers[2]));
  await page.goBack();
  await expect(row(page, names[2])).toBeInViewport();
  expect(await list.evaluate((rows) => rows.scrollTop)).toBe(at);
  await page.locator("#search").fill(`nothing like ${names[0]} of this`);
  await expect(page.getByText(/This hides (\d+|more than 99) conversations\./)).toBeVisible();
  await page.getByRole("button", { name: "Show all", exact: true }).click();
  await expect(row(page, names[0])).toBeAttached();
  await expect(page).toHaveURL(/\/whatsapp\/inbox\/$/);
});

test("26: what one button does can be taken back; a pin stays above the list, a quiet one is counted nowhere", async ({ page, inbox }) => {
  const { names, numbers } = await customers(inbox, 2);
  await open(page, inbox, `/whatsapp/inbox/${numbers[0]}/`);
  await complete(page);
  await page.getByRole("button", { name: "Resolve" }).click();
  await expect(page.locator(".undo")).toContainText("Resolved 1 conversation.");
  await page.locator(".undo").getByRole("button", { name: "Undo" }).click();
  await expect(page.getByRole("button", { name: "Resolve" })).toBeVisible();
  await expect(marks(page, names[0])).toHaveCount(0);

  const turn = async (name: string) => {
    await page.getByRole("button", { name: "Label, assign, snooze" }).click();
    await page.getByRole("dialog", { name: "Label, assign, snooze" }).getByRole("button", { name, exact: true }).click();
  };
  // As are a label, somebody it is given to, a rest, and that one hears nothing of it.
  const undo = () => page.locator(".undo").getByRole("button", { name: "Undo" }).click();
  const tools = page.getByRole("dialog", { name: "Label, assign, snooze" });
  await turn("Jonas");
  await expect(marks(page, names[0])).toHaveText(["Jonas"]);
  await undo();
  await expect(marks(page, names[0])).toHaveCount(0);
  await turn("For an hour");
  await expect(marks(page, names[0])).toHaveText(["Snoozed"]);
  await undo();
  await expect(marks(page, names[0])).toHaveCount(0);
  await turn("Mute for me");
  await expect(marks(page, names[0])).toHaveText(["Muted"]);
  await undo();
  await expect(marks(page, names[0])).toHaveCount(0);
  await page.getByRole("button", { name: "Label, assign, snooze" }).click();
  await tools.getByPlaceholder("Find or make a label").fill(`Undone ${numbers[0]}`);
  await tools.getByRole("button", { name: "Make" }).click();
  await expect(marks(page, names[0])).toHaveText([`Undone ${numbers[0]}`]);
  await undo();
  await expect(marks(page, names[0])).toHaveCount(0);

  await turn("Pin above the list");
  const pins = page.getByRole("navigation", { name: "Pinned conversations" });
  await expect(pins.getByRole("link")).toContainText([names[0]]);
  await turn("Mute for me");
  await expect(marks(page, names[0])).toHaveText(["Muted"]);
  // Elsewhere: what they write is on the pin, and not in the count.
  await row(page, names[1]).click();
  await expect(bubble(page, `hello from ${names[1]}`)).toBeVisible();
  await expect.poll(() => page.locator(".row[aria-current] .badge").count()).toBe(0);
  const title = await page.title();
  await inbox.customer({ wa_id: numbers[0], name: names[0], text: "psst" });
  await expect(pins.getByRole("link").getByLabel("1 unread")).toBeVisible();
  expect(await page.title()).toBe(title);
  await page.reload();
  await complete(page);
  await expect(pins.getByRole("link").getByLabel("1 unread")).toBeVisible();
  expect(await page.title()).toBe(title);
  await pins.getByRole("link").click();
  await expect(bubble(page, "psst")).toBeVisible();
  // Rows say whether they are chosen; the open thread is no row.
  await row(page, names[1]).click({ modifiers: ["Control"] });
  await expect(row(page, names[1]).getByRole("img", { name: "Chosen", exact: true })).toBeVisible();
  await expect(page.locator("main").getByRole("img", { name: /chosen/i })).toHaveCount(0);
  await page.keyboard.press("Escape");
  await turn("Unmute");
  await turn("Take the pin off");
  await expect(pins).toHaveCount(0);
});

test("24: a list by person and view is in the address, is kept under a name, and stays live", async ({ page, inbox, browser }) => {
  const { word, names, numbers } = await customers(inbox, 2);
  await open(page, inbox, `/whatsapp/inbox/${numbers[0]}/`);
  await complete(page);
  await page.getByRole("button", { name: "Label, assign, snooze" }).click();
  await page.getByRole("dialog", { name: "Label, assign, snooze" }).getByRole("button", { name: "Jonas" }).click();
  await expect(marks(page, names[0])).toHaveText(["Jonas"]);
  const show = page.locator(".views__open");
  await show.click();
  const menu = page.getByRole("dialog", { name: "Show" });
  await menu.getByRole("button", { name: "Jonas" }).click();
  await expect(show).toContainText("Jonas");
  await expect(page).toHaveURL(/agent=/);
  await expect(row(page, names[0])).toBeVisible();
  await expect(row(page, names[1])).toHaveCount(0);

  await show.click();
  await menu.getByLabel("Name of the view").fill(word);
  await menu.getByLabel("For everybody").check();
  await menu.getByRole("button", { name: "Save what is shown" }).click();
  await expect(menu.locator(".views__saved", { hasText: word }).getByRole("button").first()).toHaveText(new RegExp(`${word}\\s*Everybody's · [1-9]`));

  // A colleague has it, too, and sees what comes into it without asking.
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const other = await context.newPage();
  const found = watch(other);
  await inbox.signIn(other, "jonas@shop.example");
  await open(other, inbox, "/whatsapp/inbox/");
  await complete(other);
  await other.locator(".views__open").click();
  await other.getByRole("dialog", { name: "Show" }).locator(".views__saved", { hasText: word }).getByRole("button").first().click();
  await expect(row(other, names[0])).toBeVisible();
  await expect(row(other, names[1])).toHaveCount(0);
  await page.keyboard.press("Escape");
  await open(page, inbox, `/whatsapp/inbox/${numbers[1]}/`);
  await complete(page);
  await page.getByRole("button", { name: "Label, assign, snooze" }).click();
  await page.getByRole("dialog", { name: "Label, assign, snooze" }).getByRole("button", { name: "Jonas" }).click();
  await expect(row(other, names[1])).toBeVisible();
  // Everybody's are an admin's to delete.
  await other.locator(".views__open").click();
  await expect(other.locator(".views__sure")).toHaveCount(0);
  expect(found).toEqual([]);
  await context.close();
  await show.click();
  await menu.locator(".views__saved", { hasText: word }).locator("summary").click();
  await menu.getByRole("button", { name: `Delete the view ${word}` }).click();
  await expect(menu.locator(".views__saved", { hasText: word })).toHaveCount(0);
});

test("24, 104: a list by words takes in whoever uses them later, and nobody else", async ({ page, inbox }) => {
  const [word, numbers] = [`zebra${newNumber()}`, [newNumber(), newNumber(), newNumber()]];
  const says = (index: number, text: string) => inbox.customer({ wa_id: numbers[index], name: `${"ABC"[index]} ${numbers[index]}`, text });
  for (const index of [0, 1, 2]) await says(index, "hello");
  await open(page, inbox, `/whatsapp/inbox/?q=${word}+is:unread`);
  await complete(page);
  await expect(page.locator(".row")).toHaveCount(0);
  await says(1, "what else?");
  await says(0, `my ${word} is late`);
  await expect(page.locator(".row__name")).toHaveText([`A ${numbers[0]}`]);
  await says(1, "and then?");
  await says(2, `about the ${word}, too`);
  await expect(page.locator(".row__name")).toHaveText([`C ${numbers[2]}`, `A ${numbers[0]}`]);
});

test("102, 103: what was found is marked in the thread in any script; in a note, Ctrl+F looks in the thread, too", async ({ page, inbox }) => {
  const number = newNumber();
  await inbox.history(number, ["荷物はいつ届きますか", "Grüße aus der Straße, Øystein", "طلبي وصل", "bravo 🎉 all"]);
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await complete(page);
  await page.getByRole("button", { name: "Label, assign, snooze" }).click();
  await page.getByRole("dialog", { name: "Label, assign, snooze" }).getByRole("button", { name: "Write a note" }).click();
  await page.locator("#note").pressSequentially("begun");
  await page.keyboard.press("Control+f");
  const field = page.getByRole("search", { name: "Find in this conversation" }).getByRole("searchbox");
  await expect(field).toBeFocused();
  const highlighted = () => page.evaluate(() => [...((CSS as any).highlights.get("found") ?? [])].map(String));
  for (const [words, marked] of [["届き", ["届き"]], ["strasse oyst", ["Straße", "Øyst"]], ["وصل", ["وصل"]], ["🎉", ["🎉"]], ["from:customer grusse", ["Grüße"]]] as const) {
    await expect(async () => {
      // The index follows a moment later.
      await field.fill("");
      await field.fill(words);
      await expect.poll(highlighted, { timeout: 1500 }).toEqual(marked);
    }).toPass();
  }
});

for (const width of [1280, 390]) test(`18, 102: Ctrl+F finds words in the thread, shows them where they stand, and leads on; a day is gone to, ${width} px wide`, async ({ page, inbox }) => {
  await page.setViewportSize({ width, height: 844 });
  const number = newNumber();
  await inbox.history(number, Array.from({ length: 130 }, (_, index) => (index % 60 === 3 ? `The Café order ${index}` : `line ${index}`)), 60 * 20);
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await complete(page);
  await expect.poll(async () => page.evaluate(async (number) => (await (await fetch(`/whatsapp/api/search/?q=cafe`)).json()).messages?.length ?? 0, number)).toBeGreaterThan(0);
  // What reaches the window was not taken by the page: the browser does with it what it always does.
  await page.evaluate(() => addEventListener("keydown", (event) => event.key === "f" && event.ctrlKey && document.body.setAttribute("data-left", String(event.defaultPrevented))));
  await page.keyboard.press("Control+f");
  const find = page.getByRole("search", { name: "Find in this conversation" });
  await expect(find.getByRole("searchbox")).toBeFocused();
  await expect(page.locator("body")).not.toHaveAttribute("data-left", /./);
  await page.keyboard.press("Control+f");
  await expect(page.locator("body")).toHaveAttribute("data-left", "false");
  await expect(find.getByRole("searchbox")).toBeFocused();
  await page.keyboard.type("cafe ord");
  await expect(find).toContainText("1 of 3");
  const highlighted = () => page.evaluate(() => [...((CSS as any).highlights.get("found") ?? [])].map(String));
  await expect.poll(highlighted).toEqual(["Café", "ord"]);
  await expect(bubble(page, "The Café order 123")).toBeInViewport();
  await page.keyboard.press("Enter");
  await expect(find).toContainText("2 of 3");
  await expect(bubble(page, "The Café order 63")).toBeInViewport();
  await page.keyboard.press("Enter");
  // Not loaded before.
  await expect(bubble(page, "The Café order 3").first()).toBeInViewport();
  await expect(find.getByRole("button", { name: "Older" })).toBeDisabled();
  await page.keyboard.press("Shift+Enter");
  await expect(find).toContainText("2 of 3");
  await find.getByRole("searchbox").fill("nowhere to be found");
  await expect(find).toContainText("Nothing found");
  const today = await page.evaluate(() => new Date(Date.now() + 864e5 * 2).toLocaleDateString("sv"));
  await find.getByLabel("Go to a day").fill(today);
  await expect(page.locator(".banner")).toContainText("Nothing was written since that day.");
  await page.locator(".banner").getByRole("button", { name: "Close" }).click();
  await find.getByLabel("Go to a day").fill("2020-01-01");
  await expect(bubble(page, "line 0").first()).toBeInViewport();
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  await find.getByRole("searchbox").focus();
  await page.keyboard.press("Escape");
  await expect(find).toHaveCount(0);
  expect(await highlighted()).toEqual([]);
});

for (const width of [1440, 390]) test(`beside the thread stands who the customer is, what they sent, and what the team knows, ${width} px wide`, async ({ page, inbox, allowed }) => {
  allowed.push(/status of 422/);
  await page.setViewportSize({ width, height: 844 });
  const number = newNumber();
  await inbox.history(number, ["look at https://shop.example/mug please"], 90);
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await complete(page);
  const label = `Trade ${number}`;
  await page.getByRole("button", { name: "Label, assign, snooze" }).click();
  await page.getByPlaceholder("Find or make a label").fill(label);
  await page.getByRole("button", { name: "Make" }).click();
  await expect(log(page)).toContainText(`labelled this ${label}`);
  await page.getByRole("button", { name: "About this customer" }).click();
  const panel = page.getByRole("complementary", { name: "About this customer" });
  const lastWrote = panel.locator("dt", { hasText: "Last wrote" }).locator("+ dd");
  const before = await lastWrote.innerText();
  await expect(panel).toContainText("First wrote");
  await expect(panel.getByRole("button", { name: "https://shop.example/mug" })).toBeVisible();
  // A file that comes now is there without asking.
  await inbox.customer({ wa_id: number, name: "Ines Duarte", message: { type: "image", image: await inbox.file("image/png", await picture(page, "teal")) } });
  await expect(panel.getByRole("img", { name: "Photo" })).toBeVisible();
  await expect(panel).toContainText("Calls themselvesInes Duarte");
  await expect(lastWrote).not.toHaveText(before);
  // What stands there leads to its message.
  for (const [name, words] of [["https://shop.example/mug", "look at"], ["Photo", ""]]) {
    await panel.getByRole("button", { name }).first().click();
    await expect(log(page).locator(".bubble[data-found]")).toContainText(words);
    await expect(log(page).locator(".bubble[data-found]").getByRole(words ? "link" : "img").first()).toBeInViewport();
    // On a phone it makes way.
    await expect(panel).toHaveCount(width === 390 ? 0 : 1);
    if (width === 390) await page.getByRole("button", { name: "About this customer" }).click();
  }
  await panel.getByLabel("Notes for the team").fill("prefers mornings");
  await panel.getByLabel("E-mail").fill("not an address");
  await panel.getByLabel("Name for the team").fill("Ines (wholesale)");
  await panel.getByLabel("Name for the team").blur();
  await expect(panel).toContainText("must look like name@example.com");
  await panel.getByLabel("E-mail").fill("ines@duarte.example");
  await panel.getByLabel("E-mail").blur();
  await expect(panel).toContainText("Saved.");
  await expect(page.locator(".thread__title")).toContainText("Ines (wholesale)");
  await panel.getByLabel(label).check();
  await expect(panel).toContainText("Saved.");
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await complete(page);
  if (width === 390) await page.getByRole("button", { name: "About this customer" }).click();
  await expect(panel.getByLabel("Notes for the team")).toHaveValue("prefers mornings");
  await expect(panel.getByLabel(label)).toBeChecked();
  await panel.getByRole("button", { name: "Close" }).click();
  await expect(panel).toHaveCount(0);
  await expect(page.getByRole("button", { name: "About this customer" })).toBeFocused();
  // It is the person's: the address book finds them by it.
  await page.goto(`${inbox.base}/whatsapp/contacts/`);
  await page.getByLabel("With this label").selectOption(label);
  await page.getByRole("button", { name: "Search" }).click();
  await expect(page.locator(".settings__list > li")).toHaveCount(1);
  await expect(page.locator(".settings__list > li")).toContainText(`Ines (wholesale)`);
  await expect(page.locator(".contacts__label")).toHaveText([label]);
});

test("120: whoever is called in a note is told wherever they are, until they have seen it; 123: the audit says who did what", async ({ page, inbox, browser }) => {
  const [number, other] = [newNumber(), newNumber()];
  await inbox.customer({ wa_id: other, name: `Other ${other}`, text: "hello" });
  await inbox.customer({ wa_id: number, name: `Customer ${number}`, text: "hello" });
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const jonas = await context.newPage();
  const found = watch(jonas);
  await inbox.signIn(jonas, "jonas@shop.example");
  await open(jonas, inbox, `/whatsapp/inbox/${other}/`);
  await complete(jonas);
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await complete(page);
  await page.getByRole("button", { name: "Label, assign, snooze" }).click();
  await page.getByRole("dialog", { name: "Label, assign, snooze" }).getByRole("button", { name: "Write a note" }).click();
  await page.keyboard.type("@jo");
  await expect(page.getByRole("option")).toHaveText(["@Jonas"]);
  await page.keyboard.press("Tab");
  await page.keyboard.type("have a look");
  await expect(page.getByRole("option")).toHaveCount(0);
  await page.getByRole("button", { name: "Add note" }).click();
  await expect(bubble(page, "have a look")).toBeVisible();
  // Another customer's may still be there.
  const said = `Mira calls you in a note on Customer ${number}`;
  const banner = jonas.locator(".banner", { hasText: said });
  await expect(banner).toBeVisible();
  await expect(page.locator(".banner", { hasText: said })).toHaveCount(0);
  await banner.getByRole("link", { name: "Show the note" }).click();
  await expect(log(jonas).locator(".bubble", { hasText: "have a look" })).toBeInViewport();
  await expect(banner).toHaveCount(0);
  expect(found).toEqual([]);
  await context.close();

  await page.goto(`${inbox.base}/whatsapp/audit/?customer=${number}`);
  const lines = page.locator(".audit__line");
  await expect(lines.filter({ hasText: "Mira" }).filter({ hasText: "Wrote a note" })).toHaveCount(1);
  await expect(lines.filter({ hasText: "Mira" }).filter({ hasText: "Read a conversation" })).toHaveCount(1);
  await expect(lines.filter({ hasText: "Jonas" }).filter({ hasText: "Read a conversation" })).toHaveCount(1);
  await page.getByLabel("What").selectOption({ label: "Wrote a note" });
  await page.getByRole("button", { name: "Show" }).click();
  await expect(lines).toHaveCount(1);
  // What was done at the server's command line, too.
  await page.goto(`${inbox.base}/whatsapp/audit/?what=key_changed`);
  await expect(lines.filter({ hasText: "Command line" })).toContainText("make specs");
});

test("25, 104: what is asked for is completed while it is typed; contacts without a conversation are found; open counts follow", async ({ page, inbox }) => {
  const word = `Zu${newNumber()}`;
  await page.goto(`${inbox.base}/whatsapp/contacts/import/`);
  await page.getByLabel("CSV file").setInputFiles({ name: "p.csv", mimeType: "text/csv", buffer: Buffer.from(`number,name\n+447400${newNumber().slice(-6)},${word} Silent\n`) });
  await page.getByRole("button", { name: "Look through it" }).click();
  await page.getByRole("button", { name: "Import 1 contact" }).click();
  await expect(page.getByRole("status").filter({ hasText: "Imported" })).toContainText("1 new");
  await open(page, inbox, "/whatsapp/inbox/");
  await complete(page);
  const search = page.locator("#search");
  await search.pressSequentially("tea is:unr");
  await expect.poll(() => page.evaluate(() => [...(document.querySelector("#search") as HTMLInputElement).list!.options].map(({ value }) => value))).toEqual(["tea is:unread"]);
  await search.fill(word.toLowerCase());
  const found = page.getByRole("region", { name: "Contacts without a conversation" });
  await expect(found.getByRole("link")).toContainText(`${word} Silent`);
  await found.getByRole("link").click();
  await page.getByRole("button", { name: "Open the chat" }).click();
  await expect(page.locator(".thread__title")).toContainText(`${word} Silent`);
  await complete(page);
  await page.locator(".views__open").click();
  const unread = page.getByRole("dialog", { name: "Show" }).getByRole("button", { name: "Unread" }).locator("small");
  const before = Number(await unread.textContent());
  await inbox.customer({ wa_id: newNumber(), name: word, text: "hello" });
  await expect(unread).toHaveText(String(before + 1));
});
