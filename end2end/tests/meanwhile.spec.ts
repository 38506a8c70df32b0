// Two of the team at the same customer at the same time: nobody is overwritten, or answers twice, unread.
import { type Page } from "@playwright/test";
import { box, bubble, colleague, complete, expect, newNumber, open, readAll, row, test } from "./inbox";

test("C8, 117: whoever is about to answer what a colleague has answered sees both, and is asked once", async ({ page, inbox, browser, allowed }) => {
  allowed.push(/status of 409/);
  const number = newNumber();
  await inbox.customer({ wa_id: number, name: `Customer ${number}`, text: "do you ship to Bergen?" });
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await complete(page);
  const jonas = await colleague(browser, inbox, number);
  // He has begun when hers goes out.
  await box(jonas.page).pressSequentially("No, sorry");
  await expect(page.getByText("Jonas is writing…")).toBeVisible();
  await box(page).fill("Yes, tomorrow");
  await box(page).press("Enter");
  await expect(bubble(jonas.page, "Yes, tomorrow")).toBeVisible();
  await box(jonas.page).press("Enter");
  const refused = bubble(jonas.page, "No, sorry");
  await expect(refused).toContainText("Mira has answered since you began to write: “Yes, tomorrow”.");
  await expect.poll(() => inbox.sent(number)).toEqual(["Yes, tomorrow"]);
  await expect(bubble(page, "No, sorry")).toHaveCount(0);
  await refused.getByRole("button", { name: "Try again" }).click();
  await expect(bubble(page, "No, sorry")).toBeVisible();
  await expect.poll(() => inbox.sent(number)).toEqual(["Yes, tomorrow", "No, sorry"]);
  // What comes next is not asked about.
  await box(jonas.page).fill("I was wrong");
  await box(jonas.page).press("Enter");
  await expect.poll(() => inbox.sent(number)).toEqual(["Yes, tomorrow", "No, sorry", "I was wrong"]);
  expect(jonas.found.filter((line) => !/status of 409/.test(line))).toEqual([]);
  await jonas.close();
});

test("C8, 117: a file and a place that were begun before a colleague answered are asked about once, too", async ({ page, inbox, browser, allowed }) => {
  allowed.push(/status of 409/);
  const number = newNumber();
  await inbox.customer({ wa_id: number, name: `Customer ${number}`, text: "where are you?" });
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await complete(page);
  const jonas = await colleague(browser, inbox, number);
  const files = jonas.page.getByRole("form", { name: "Files to send" });
  for (const name of ["map.pdf", "hours.pdf"]) {
    const file = { name, mimeType: "application/pdf", buffer: Buffer.from(`%PDF-1.7 ${name}`) };
    await Promise.all([jonas.page.waitForResponse(/drafts\/files/), jonas.page.locator("#attach").setInputFiles(file)]);
  }
  const answer = async (text: string) => {
    await box(page).fill(text);
    await box(page).press("Enter");
    await expect(bubble(jonas.page, text)).toBeVisible();
  };
  await answer("In Oslo");
  await files.getByRole("button", { name: "Send 2 files" }).click();
  await expect(files).toContainText("Mira has answered since you began to write: “In Oslo”.");
  await files.getByRole("button", { name: "Send 2 files" }).click();
  await expect(files).toHaveCount(0);
  await expect.poll(async () => (await inbox.bodies(number)).map(({ text, document }) => text?.body ?? document?.filename)).toEqual(["In Oslo", "map.pdf", "hours.pdf"]);

  await jonas.page.getByRole("button", { name: "Send something else" }).click();
  await jonas.page.getByRole("button", { name: "Place", exact: true }).click();
  const place = jonas.page.getByRole("dialog");
  await place.getByLabel("Latitude, longitude").fill("59.9139, 10.7522");
  await answer("Near the harbour");
  await place.getByRole("button", { name: "Send" }).click();
  await expect(place).toContainText("Mira has answered since you began to write: “Near the harbour”.");
  await place.getByRole("button", { name: "Send" }).click();
  await expect(place).toBeHidden();
  await expect.poll(async () => (await inbox.bodies(number)).map(({ type }) => type)).toEqual(["text", "document", "document", "text", "location"]);
  expect(jonas.found.filter((line) => !/status of 409/.test(line))).toEqual([]);
  await jonas.close();
});

test("84: two who write about a customer at once: the second reads what the first wrote, and keeps what they typed", async ({ page, inbox, browser, allowed }) => {
  allowed.push(/status of 409/);
  const number = newNumber();
  await inbox.customer({ wa_id: number, name: `Customer ${number}`, text: "hello" });
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await complete(page);
  const jonas = await colleague(browser, inbox, number);
  for (const one of [page, jonas.page]) await one.getByRole("button", { name: "About this customer" }).click();
  const notes = (one: Page) => one.getByRole("complementary", { name: "About this customer" }).getByLabel("Notes");
  const said = (one: Page) => one.getByRole("complementary", { name: "About this customer" }).getByRole("status");
  const email = (one: Page) => one.getByRole("complementary", { name: "About this customer" }).getByLabel("E-mail");
  await expect(notes(jonas.page)).toHaveValue("");
  // Whoever only looks sees what is written elsewhere; whoever writes is not disturbed.
  await email(page).fill("pays@late.example");
  await email(page).press("Tab");
  await expect(said(page)).toHaveText("Saved.");
  await expect(email(jonas.page)).toHaveValue("pays@late.example");
  await notes(jonas.page).fill("from Bergen");
  await notes(page).fill("pays late");
  await notes(page).press("Tab");
  await expect(said(page)).toHaveText("Saved.");
  await notes(jonas.page).press("Tab");
  await expect(said(jonas.page)).toContainText("Somebody wrote “pays late” here meanwhile. Yours, “from Bergen”, is not kept yet");
  await expect(notes(jonas.page)).toHaveValue("from Bergen");
  // Both, or his own all the same.
  await notes(jonas.page).fill("pays late, from Bergen");
  await notes(jonas.page).press("Tab");
  await expect(said(jonas.page)).toHaveText("Saved.");
  await page.reload();
  await complete(page);
  await expect(notes(page)).toHaveValue("pays late, from Bergen");
  await notes(page).fill("pays at once");
  await notes(page).press("Tab");
  await expect(said(page)).toHaveText("Saved.");
  await notes(jonas.page).fill("never pays");
  await notes(jonas.page).press("Tab");
  await jonas.page.getByRole("button", { name: "Keep mine" }).click();
  await expect(said(jonas.page)).toHaveText("Saved.");
  await expect(jonas.page.getByRole("button", { name: "Keep mine" })).toHaveCount(0);
  await page.reload();
  await complete(page);
  await expect(notes(page)).toHaveValue("never pays");
  await jonas.close();
});

for (const width of [1280, 390]) {
  test(`24: whoever waits is listed with how long, until somebody answers, ${width} px wide`, async ({ page, inbox, browser }) => {
    const number = newNumber();
    await page.setViewportSize({ width, height: 800 });
    await inbox.history(number, ["are you there?", "hello?"], 125);
    // Whoever wrote since then may fill the first page.
    await expect.poll(async () => (await page.request.get(`${inbox.base}/whatsapp/inbox/?q=${number}`)).text()).toContain(`class="row"`);
    await open(page, inbox, `/whatsapp/inbox/?view=unanswered&q=${number}`);
    await complete(page);
    const waits = row(page, `Customer ${number.slice(-4)}`);
    await expect(waits.locator(".tools__waits")).toHaveText([/Waits 2 h/]);
    const jonas = await colleague(browser, inbox, number);
    await box(jonas.page).fill("I am here");
    await box(jonas.page).press("Enter");
    await expect(waits.locator(".tools__waits")).toHaveCount(0);
    // In the whole list nobody is told how long: the time stands there.
    await open(page, inbox, "/whatsapp/inbox/");
    await complete(page);
    await expect(waits).toContainText("I am here");
    await expect(waits.locator(".tools__waits")).toHaveCount(0);
    expect(jonas.found).toEqual([]);
    await jonas.close();
  });
}

test("somebody's colour marks what is theirs on a colleague's screen", async ({ page, inbox, browser }) => {
  const number = newNumber();
  await inbox.customer({ wa_id: number, name: `Customer ${number}`, text: "hello" });
  const jonas = await colleague(browser, inbox, number);
  await jonas.page.goto(`${inbox.base}/whatsapp/profile/`);
  await jonas.page.getByRole("radio", { name: "teal" }).check({ force: true });
  // What it will look like, before it is kept.
  await expect(jonas.page.locator(".swatches__sample:visible")).toHaveText("Jonas");
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await complete(page);
  await page.getByRole("button", { name: "Label, assign, snooze" }).click();
  await page.getByRole("dialog", { name: "Label, assign, snooze" }).getByRole("button", { name: "Jonas" }).click();
  const mark = row(page, `Customer ${number}`).locator(".mark");
  await expect(mark).toHaveText(["Jonas"]);
  await expect(mark.locator("circle")).toHaveCount(0);
  await jonas.page.locator("form", { has: jonas.page.getByRole("radio", { name: "teal" }) }).getByRole("button", { name: "Save" }).click();
  await expect(mark.locator("circle")).toHaveAttribute("fill", "#14b8a6");
  expect(jonas.found).toEqual([]);
  await jonas.close();
});

test("26: a pin and the mark of being unread are taken back", async ({ page, inbox }) => {
  const number = newNumber();
  const name = `Customer ${number}`;
  await inbox.customer({ wa_id: number, name, text: "hello" });
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await complete(page);
  const act = async (button: string) => {
    await row(page, name).click({ button: "right" });
    await page.getByRole("dialog", { name: "Label, assign, snooze" }).getByRole("button", { name: button }).click();
  };
  const pins = page.getByRole("navigation", { name: "Pinned" });
  await act("Pin");
  await expect(pins).toContainText(name);
  await page.getByText("Pinned.").locator("..").getByRole("button", { name: "Undo" }).click();
  await expect(pins).toHaveCount(0);
  await expect(row(page, name).locator(".badge")).toHaveCount(0);
  await act("Mark as unread");
  await expect(row(page, name).locator(".badge")).toHaveText("1");
  await page.getByText("Marked as unread.").locator("..").getByRole("button", { name: "Undo" }).click();
  await expect(row(page, name).locator(".badge")).toHaveCount(0);
});

/** What the browser would show; and a page that nobody looks at. */
const record = () => {
  const shown: { title: string; body?: string; tag?: string; click: () => void }[] = ((window as any).shown = []);
  const Real = window.Notification;
  class Told extends Real {
    constructor(title: string, options?: NotificationOptions) {
      super(title, options);
      shown.push({ title, body: options?.body, tag: options?.tag, click: () => this.onclick?.(new Event("click")) });
    }
  }
  window.Notification = Told as any;
  document.hasFocus = () => !(window as any).away;
};

test("120: while the agent looks elsewhere, the browser tells of what is theirs, and leads there", async ({ page, inbox, browser, context }) => {
  const [mine, free] = [newNumber(), newNumber()];
  await context.grantPermissions(["notifications"], { origin: inbox.base });
  await page.addInitScript(record);
  const shown = () => page.evaluate(() => (window as any).shown.map(({ title, body }: any) => [title, body]));
  await inbox.customer({ wa_id: mine, name: `Mine ${mine}`, text: "hello" });
  await inbox.customer({ wa_id: free, name: `Free ${free}`, text: "hello" });
  await open(page, inbox, `/whatsapp/inbox/${free}/`);
  await complete(page);
  const jonas = await colleague(browser, inbox, mine);
  await page.locator(".rail__menu summary").click();
  await page.getByLabel("Notifications in this browser").check();
  await page.locator(".rail__menu summary").click();
  // Whoever looks needs no telling.
  await inbox.customer({ wa_id: mine, name: `Mine ${mine}`, text: "seen at once" });
  await expect(row(page, `Mine ${mine}`)).toContainText("seen at once");
  await page.evaluate(() => ((window as any).away = true));
  await jonas.page.getByRole("button", { name: "Label, assign, snooze" }).click();
  await jonas.page.getByRole("dialog", { name: "Label, assign, snooze" }).getByRole("button", { name: "Mira" }).click();
  await expect.poll(shown).toEqual([[`Mine ${mine}`, "Jonas gave this to you"]]);
  await inbox.customer({ wa_id: free, name: `Free ${free}`, text: "nobody's" });
  await inbox.customer({ wa_id: mine, name: `Mine ${mine}`, text: "*yours*" });
  await expect.poll(shown).toEqual([[`Mine ${mine}`, "Jonas gave this to you"], [`Mine ${mine}`, "yours"]]);
  await jonas.page.getByRole("button", { name: "Label, assign, snooze" }).click();
  await jonas.page.getByRole("dialog", { name: "Label, assign, snooze" }).getByRole("button", { name: "Write a note" }).click();
  await jonas.page.keyboard.type("@Mira look at this");
  await jonas.page.getByRole("button", { name: "Add note" }).click();
  await expect.poll(async () => (await shown()).at(-1)).toEqual([`Mine ${mine}`, "Jonas calls you: @Mira look at this"]);
  // A click leads to the conversation.
  await page.evaluate(() => (window as any).shown[1].click());
  await expect(page).toHaveURL(new RegExp(mine));
  // Seen: nobody else's page says so any more.
  const banner = page.locator(".banner", { hasText: "Jonas calls you in a note" });
  await banner.getByRole("button").click();
  await expect(banner).toHaveCount(0);
  expect(jonas.found).toEqual([]);
  await jonas.close();
});

test("80, 120: what is seen in one tab, another does not tell of", async ({ page, inbox, browser, context }) => {
  const number = newNumber();
  const name = `Mine ${number}`;
  await context.grantPermissions(["notifications"], { origin: inbox.base });
  await context.addInitScript(record);
  await inbox.customer({ wa_id: number, name, text: "hello" });
  const other = await context.newPage();
  for (const tab of [page, other]) {
    await open(tab, inbox, "/whatsapp/inbox/");
    await complete(tab);
  }
  const jonas = await colleague(browser, inbox, number);
  await jonas.page.getByRole("button", { name: "Label, assign, snooze" }).click();
  await jonas.page.getByRole("dialog", { name: "Label, assign, snooze" }).getByRole("button", { name: "Mira" }).click();
  for (const tab of [page, other]) await expect(row(tab, name).locator(".mark")).toHaveText(["Mira"]);
  await page.locator(".rail__menu summary").click();
  await page.getByLabel("Notifications in this browser").check();
  await other.evaluate(() => ((window as any).away = true));
  await inbox.customer({ wa_id: number, name, text: "seen in one" });
  for (const tab of [page, other]) await expect(row(tab, name)).toContainText("seen in one");
  await page.evaluate(() => ((window as any).away = true));
  await inbox.customer({ wa_id: number, name, text: "seen in none" });
  const shown = (tab: Page) => tab.evaluate(() => (window as any).shown.map(({ body }: any) => body));
  // The browser shows one of the same name once.
  for (const tab of [page, other]) await expect.poll(() => shown(tab)).toEqual(["seen in none"]);
  const names = await Promise.all([page, other].map((tab) => tab.evaluate(() => (window as any).shown[0].tag)));
  expect(new Set(names).size).toBe(1);
  await jonas.close();
});

test("120: in a hidden tab, whose timers wait, what comes is counted in the title at once", async ({ page, inbox }) => {
  await page.addInitScript(() => {
    Object.defineProperty(document, "visibilityState", { get: () => ((window as any).away ? "hidden" : "visible") });
    const real = window.setTimeout;
    window.setTimeout = ((run: () => void, ms?: number) => real(run, (window as any).away && ms ? 3_600_000 : ms)) as any;
  });
  const numbers = [newNumber(), newNumber(), newNumber()];
  await inbox.customer({ wa_id: numbers[0], text: "before" });
  await open(page, inbox, `/whatsapp/inbox/${numbers[0]}/`);
  await complete(page);
  await readAll(page);
  const count = async () => Number(/\((\d+)/.exec(await page.title())?.[1] ?? 0);
  await expect(page.locator(".row[aria-current] .badge")).toHaveCount(0);
  const before = await count();
  await page.evaluate(() => ((window as any).away = true));
  for (const [index, wa_id] of numbers.entries()) {
    await inbox.customer({ wa_id, text: "while away" });
    await expect.poll(count).toBe(before + index + 1);
  }
});
