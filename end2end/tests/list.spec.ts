// The list of conversations.
import { type Locator } from "@playwright/test";
import { bubble, expect, newNumber, open, picture, readBy, row, test } from "./inbox";

test("19: a new message moves its row to the top without moving the focus or opening something else", async ({ page, inbox }) => {
  const [first, second] = [newNumber(), newNumber()];
  await inbox.messages([{ from: first, id: `wamid.${first}`, timestamp: String(Math.floor(Date.now() / 1000) - 60), type: "text", text: { body: "earlier" } }], first, "Earlier Person");
  await inbox.messages([{ from: second, id: `wamid.${second}`, timestamp: String(Math.floor(Date.now() / 1000) - 30), type: "text", text: { body: "later" } }], second, "Later Person");
  await open(page, inbox, `/whatsapp/inbox/${second}/`);
  const focused = page.locator(`.row[href="/whatsapp/inbox/${second}/"]`);
  await focused.focus();
  await inbox.customer({ wa_id: first, name: "Earlier Person", text: "to the top" });
  await expect(page.locator(".row").first()).toContainText("to the top");
  await expect(focused).toBeFocused();
  await expect(page).toHaveURL(new RegExp(`${second}/$`));
  await inbox.customer({ wa_id: second, name: "Later Person", text: "the focused row moves" });
  await expect(page.locator(".row").first()).toContainText("the focused row moves");
  await expect(focused).toBeFocused();
});

test("a row shows name, preview, time, unread count and the ticks of the agent's last message", async ({ page, inbox }) => {
  const number = newNumber();
  await inbox.customer({ wa_id: number, name: "Rowena Row", text: "*bold* words" });
  await inbox.customer({ wa_id: number, name: "Rowena Row", text: "second" });
  await open(page, inbox, "/whatsapp/inbox/");
  const one = row(page, "Rowena Row");
  await expect(one).toContainText("second");
  await expect(one.getByLabel("2 unread")).toBeVisible();
  await expect(one.locator("time")).toHaveText(/^\d\d:\d\d$/);
  await one.click();
  await expect(page).toHaveURL(new RegExp(`${number}/$`));
  await expect(bubble(page, "bold words").locator("strong")).toHaveText("bold");
  await page.getByRole("textbox").fill("answered");
  await page.getByRole("textbox").press("Enter");
  await expect(one.getByRole("img", { name: "read" })).toBeVisible();
  await expect(one.getByLabel(/unread/)).toHaveCount(0);
});

test("21: a row says what kind its message is, and that one of ours was not sent", async ({ page, inbox }) => {
  const number = newNumber();
  await inbox.customer({ wa_id: number, name: `Kinds ${number}`, message: { type: "image", image: { ...(await inbox.file("image/png", await picture(page, "teal"))), caption: "the crack" } } });
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  const one = row(page, `Kinds ${number}`);
  await expect(one.locator(".row__preview")).toContainText("Photo: the crack");
  await inbox.faults([{ fault: "error", code: 131026 }]);
  await page.getByRole("textbox", { name: "Write a message" }).fill("we are sorry");
  await page.getByRole("textbox", { name: "Write a message" }).press("Enter");
  await expect(one.getByRole("img", { name: "failed" })).toBeVisible();
  // Also behind what comes after it.
  // WhatsApp's times are whole seconds: in the next one.
  const second = () => Math.floor(Date.now() / 1000);
  const failed = second();
  await expect.poll(second).toBeGreaterThan(failed);
  await inbox.customer({ wa_id: number, name: `Kinds ${number}`, text: "hello?" });
  await expect(one).toContainText("hello?");
  await expect(one.locator(".mark")).toHaveText(["Not sent"]);
});

test("the title counts conversations with unread messages", async ({ page, inbox }) => {
  await open(page, inbox, "/whatsapp/inbox/");
  const count = async () => Number(/\((\d+)/.exec(await page.title())?.[1] ?? 0);
  const before = await count();
  const number = newNumber();
  await inbox.customer({ wa_id: number, text: "one" });
  await inbox.customer({ wa_id: number, text: "two" });
  await expect.poll(count).toBe(before + 1);
});

test("25: of more unread ones than a page knows, whoever reads some is told how many are left", async ({ page, inbox }) => {
  const numbers = Array.from({ length: 112 }, newNumber);
  const timestamp = String(Math.floor(Date.now() / 1000) + 1);
  await inbox.messages(numbers.map((from) => ({ from, id: `wamid.many${from}`, timestamp, type: "text", text: { body: `one of ${numbers[0]}` } })).reverse(), numbers[0]);
  await open(page, inbox, "/whatsapp/inbox/");
  await page.waitForSelector("body[data-complete]");
  const badge = page.locator(".list > .bar .badge");
  await expect(badge).toHaveText("99+");
  const answered = page.waitForResponse(/conversations\/unread/);
  await readBy(page, numbers.slice(0, 10));
  await answered;
  await expect(badge).toHaveText("99+");
  await expect(page.locator(".row", { hasText: `one of ${numbers[0]}` }).first().locator(".badge")).toHaveCount(0);
  await readBy(page, numbers);
});

test("a closing window shows what is left, a closed one its mark", async ({ page, inbox }) => {
  const [closing, closed] = [newNumber(), newNumber()];
  const now = Math.floor(Date.now() / 1000);
  for (const [number, ago] of [[closing, 23.5 * 3600], [closed, 25 * 3600]] as const) {
    await inbox.messages([{ from: number, id: `wamid.w${number}`, timestamp: String(now - ago), type: "text", text: { body: "hi" } }], number);
  }
  await open(page, inbox, `/whatsapp/inbox/${closing}/`);
  await expect(page.locator(".strip")).toContainText("left to reply freely");
  // They may stand further down than the list is loaded.
  const found = (number: string, check: (row: Locator) => Promise<void>) =>
    expect(async () => {
      await page.locator(".row").last().scrollIntoViewIfNeeded();
      await check(page.locator(`.row[href="/whatsapp/inbox/${number}/"]`));
    }).toPass({ timeout: 10_000 });
  await found(closing, (row) => expect(row).toContainText(/\d+ min/, { timeout: 500 }));
  await page.goto(`${inbox.base}/whatsapp/inbox/${closed}/`);
  await expect(page.getByText("WhatsApp takes only templates")).toBeVisible();
  await expect(page.getByRole("button", { name: "Send" })).toBeDisabled();
  await found(closed, (row) => expect(row.getByLabel("The 24 hours to reply are over")).toBeVisible({ timeout: 500 }));
});

test("a page opened before its customer ever wrote shows the thread as soon as they do", async ({ page, inbox }) => {
  const number = newNumber();
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await expect(page.getByText("There is no such conversation")).toBeVisible();
  await inbox.customer({ wa_id: number, text: "here I am" });
  await expect(bubble(page, "here I am")).toBeVisible();
});

test("20: what moves under a pressed pointer is not opened in place of what was pressed", async ({ page, inbox }) => {
  const [one, other] = [newNumber(), newNumber()];
  await inbox.customer({ wa_id: one, name: `Pressed ${one}`, text: "hello" });
  await inbox.customer({ wa_id: other, name: `Above ${other}`, text: "hello" });
  await open(page, inbox, "/whatsapp/inbox/");
  await page.waitForSelector("body[data-complete]");
  const names = () => page.locator(".row__name").evaluateAll((all) => all.slice(0, 2).map((name) => name.textContent));
  expect(await names()).toEqual([`Above ${other}`, `Pressed ${one}`]);
  const place = (await row(page, `Above ${other}`).boundingBox())!;
  await page.mouse.move(place.x + place.width / 2, place.y + place.height / 2);
  await page.mouse.down();
  // The other one's message would put its row here.
  await inbox.customer({ wa_id: one, name: `Pressed ${one}`, text: "me first" });
  await expect(row(page, `Pressed ${one}`)).toContainText("me first");
  expect(await names()).toEqual([`Above ${other}`, `Pressed ${one}`]);
  await page.mouse.up();
  await expect(page).toHaveURL(new RegExp(other));
  await expect.poll(names).toEqual([`Pressed ${one}`, `Above ${other}`]);
});

for (const width of [1280, 390])
  test(`whoever goes back before a thread has come is in the list, not in that thread, ${width} px wide`, async ({ page, inbox }) => {
    const number = newNumber();
    await page.setViewportSize({ width, height: 800 });
    await inbox.customer({ wa_id: number, name: `Slow ${number}`, text: "hello" });
    await open(page, inbox, "/whatsapp/inbox/");
    await page.waitForSelector("body[data-complete]");
    let come = () => {};
    const comes = new Promise<void>((done) => (come = done));
    await page.route(/conversations\/thread/, async (route) => {
      await comes;
      await route.continue();
    });
    await row(page, `Slow ${number}`).click();
    await expect(page).toHaveURL(new RegExp(number));
    await page.goBack();
    await Promise.all([page.waitForResponse(/conversations\/thread/), come()]);
    await expect(page).toHaveURL(/inbox\/$/);
    await expect(row(page, `Slow ${number}`)).toBeVisible();
    await expect(page.locator(".row[aria-current]")).toHaveCount(0);
    await expect(page.getByRole("log")).toHaveCount(0);
  });

for (const width of [1280, 390]) test(`22: of a long list, only what is near the eye is on the page; it stands still while others write, ${width} px wide`, async ({ page, inbox }) => {
  await page.setViewportSize({ width, height: 700 });
  const numbers = Array.from({ length: 230 }, newNumber);
  // The first one is the newest.
  const timestamp = String(Math.floor(Date.now() / 1000) + 1);
  const values = numbers.map((from, index) => ({ from, id: `wamid.long${from}`, timestamp, type: "text", text: { body: `number ${index} of ${numbers[0]}` } })).reverse();
  await inbox.messages(values, numbers[0]);
  await open(page, inbox, "/whatsapp/inbox/");
  await page.waitForSelector("body[data-complete]");
  const list = page.locator(".rows");
  const one = (index: number) => page.locator(".row", { hasText: `number ${index} of ${numbers[0]}` });
  // As far as it goes.
  await expect(async () => {
    await list.evaluate((rows) => rows.scrollTo(0, rows.scrollHeight));
    expect(await list.evaluate((rows) => rows.scrollHeight / (rows.querySelector(".row") as HTMLElement).offsetHeight)).toBeGreaterThan(230);
  }).toPass({ intervals: [50] });
  expect(await page.locator(".row").count()).toBeLessThanOrEqual(100);
  // From one end to the other, all of them in their order, without a gap.
  const seen = new Set<number>();
  for (let index = 0; index < 230; index += 5) {
    await list.evaluate((rows, place) => rows.scrollTo(0, place * (rows.querySelector(".row") as HTMLElement).offsetHeight), index);
    await expect(one(index)).toBeInViewport();
    for (const text of await page.locator(".row").allInnerTexts()) seen.add(Number(new RegExp(`number (\\d+) of ${numbers[0]}`).exec(text)?.[1] ?? -1));
  }
  expect([...seen].filter((index) => index >= 0).length).toBe(230);
  // Whoever writes meanwhile moves nothing under the eye.
  await list.evaluate((rows) => rows.scrollTo(0, 150 * (rows.querySelector(".row") as HTMLElement).offsetHeight));
  await expect(one(152)).toBeInViewport();
  const top = async () => (await one(152).boundingBox())!.y;
  const before = await top();
  const tall = await list.evaluate((rows) => rows.scrollHeight);
  await inbox.customer({ wa_id: numbers[200], text: "from below" });
  await inbox.customer({ wa_id: newNumber(), text: "somebody new" });
  await expect.poll(() => list.evaluate((rows) => rows.scrollHeight)).toBeGreaterThan(tall);
  expect(Math.abs((await top()) - before)).toBeLessThanOrEqual(1);
  // It opens, and the list is where it was when one comes back.
  await one(152).click();
  await expect(page.getByRole("log").locator(".bubble", { hasText: `number 152 of ${numbers[0]}` })).toBeVisible();
  if (width === 390) await page.goBack();
  await expect(one(152)).toBeInViewport();
  expect(Math.abs((await top()) - before)).toBeLessThanOrEqual(1);
  if (width !== 390) {
    // By keys, from wherever the list was scrolled to.
    await page.locator(".rail__menu summary").click();
    await page.getByLabel("Single keys while the list has the focus").check();
    await page.locator(".rail__menu summary").click();
    await one(152).focus();
    await list.evaluate((rows) => rows.scrollTo(0, 0));
    await expect(page.getByText("somebody new")).toBeVisible();
    // The row that had the focus is far away: the list has it, and no letter is for the customer.
    await expect(one(152)).toHaveCount(0);
    await page.keyboard.press("j");
    await expect(one(153)).toBeFocused();
    await expect(one(153)).toBeInViewport();
    await list.evaluate((rows) => rows.scrollTo(0, 0));
    await page.getByRole("textbox", { name: "Write a message" }).focus();
    await page.keyboard.press("Alt+ArrowDown");
    await expect(page).toHaveURL(new RegExp(numbers[154]));
    await expect(one(154)).toBeInViewport();
    await expect(page.getByRole("textbox", { name: "Write a message" })).toHaveValue("");
  }
  await readBy(page, numbers);
});

test("29: a preview is plain, stays in its own direction and leaves the time where it is", async ({ page, inbox }) => {
  const numbers = [newNumber(), newNumber()];
  await inbox.customer({ wa_id: numbers[0], name: `Plain ${numbers[0]}`, text: "*see* _this_ ~now~" });
  await inbox.customer({ wa_id: numbers[1], name: `Turned ${numbers[1]}`, text: "\u202Ereversed \u0627\u0644\u0637\u0631\u062f 12" });
  await open(page, inbox, "/whatsapp/inbox/");
  const [plain, turned] = [row(page, `Plain ${numbers[0]}`), row(page, `Turned ${numbers[1]}`)];
  await expect(plain.locator(".row__preview bdi")).toHaveText("see this now");
  await expect(turned.locator(".row__preview bdi")).toContainText("reversed");
  expect(await turned.locator(".row__preview bdi").evaluate((element) => getComputedStyle(element).unicodeBidi)).toBe("isolate");
  const place = (of: typeof plain) => of.evaluate((element) => ["time", ".row__name", ".row__preview"].map((name) => Math.round(element.querySelector(name)!.getBoundingClientRect().left)));
  const [there, here] = [await place(plain), await place(turned)];
  expect(here.slice(1)).toEqual(there.slice(1));
  expect(Math.abs(here[0] - there[0])).toBeLessThan(3);
});
