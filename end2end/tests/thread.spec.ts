// Opening, scrolling and the place in a thread.
import { box, bubble, complete, expect, fromEnd, log, newNumber, open, readAll, test } from "./inbox";

const lines = (count: number, word = "line") => Array.from({ length: count }, (_, index) => `${word} ${index}`);

test("1: a chat with unread messages opens at the first of them, about a third down", async ({ page, inbox }) => {
  const number = newNumber();
  await inbox.history(number, lines(30, "old"), 60);
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await readAll(page);
  await page.goto(`${inbox.base}/whatsapp/inbox/`);
  for (let index = 0; index < 14; index++) await inbox.customer({ wa_id: number, text: `new ${index}` });
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  const divider = page.getByText("14 new messages");
  await expect(divider).toBeVisible();
  await expect.poll(async () => {
    const [view, line] = [(await log(page).boundingBox())!, (await divider.boundingBox())!];
    return (line.y - view.y) / view.height;
  }).toBeGreaterThan(0.2);
  const [view, line] = [(await log(page).boundingBox())!, (await divider.boundingBox())!];
  expect((line.y - view.y) / view.height).toBeLessThan(0.45);
});

test("1: a chat without unread messages opens at the bottom", async ({ page, inbox }) => {
  const number = newNumber();
  await inbox.history(number, lines(40));
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await readAll(page);
  await page.reload();
  await expect(bubble(page, "line 39")).toBeInViewport({ ratio: 1 });
});

test("2: the last bubble is wholly visible on opening, before any script runs and after", async ({ page, inbox, browser, session }) => {
  const number = newNumber();
  await inbox.history(number, [...lines(60), "the very last 🙏 with *bold* and more words than fit on one line of a narrow bubble, so that fonts matter"]);
  const plain = await browser.newContext({ javaScriptEnabled: false });
  await plain.addCookies([{ name: "inbox", value: session, url: inbox.base }]);
  const still = await plain.newPage();
  await still.goto(`${inbox.base}/whatsapp/inbox/${number}/`);
  const seen = await still.locator(".bubble").last().boundingBox();
  const view = (await still.locator(".log").boundingBox())!;
  expect(seen!.y + seen!.height).toBeLessThanOrEqual(view.y + view.height + 1);
  await plain.close();
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await readAll(page);
  await page.reload();
  await page.waitForSelector("body[data-hydrated]");
  await expect(page.locator(".bubble").last()).toBeInViewport({ ratio: 1 });
  expect(await fromEnd(page)).toBeLessThanOrEqual(1);
});

test("3: older messages that load above move nothing", async ({ page, inbox }) => {
  const number = newNumber();
  await inbox.history(number, lines(200));
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await readAll(page);
  await page.reload();
  await page.waitForSelector("body[data-hydrated]");
  for (let round = 0; round < 2; round++) {
    const before = await page.locator(".bubble").count();
    // Note where the first bubble in view is at the instant that older ones come.
    const moved = page.evaluate(() => new Promise<number>((done) => {
      const log = document.querySelector(".log")!;
      const top = log.getBoundingClientRect().top;
      const eye = () => [...log.querySelectorAll<HTMLElement>("[data-key]")].find((bubble) => bubble.getBoundingClientRect().bottom > top)!;
      let watched = eye();
      let gap = watched.getBoundingClientRect().top;
      const count = log.querySelectorAll("[data-key]").length;
      const look = () => {
        if (log.querySelectorAll("[data-key]").length === count) { gap = watched.getBoundingClientRect().top; return requestAnimationFrame(look); }
        requestAnimationFrame(() => done(Math.abs(watched.getBoundingClientRect().top - gap)));
      };
      log.scrollTop = -(log.scrollHeight - log.clientHeight) + 200;
      requestAnimationFrame(look);
    }));
    expect(await moved).toBeLessThanOrEqual(1);
    expect(await page.locator(".bubble").count()).toBeGreaterThan(before);
  }
});

test("4: a new message scrolls along at the bottom, and is counted farther up", async ({ page, inbox }) => {
  const number = newNumber();
  await inbox.history(number, lines(40));
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await readAll(page);
  await page.reload();
  await page.waitForSelector("body[data-hydrated]");
  await inbox.customer({ wa_id: number, text: "followed" });
  await expect(bubble(page, "followed")).toBeInViewport({ ratio: 1 });

  await log(page).evaluate((element) => (element.scrollTop = -600));
  const jump = page.getByRole("button", { name: /newest message/ });
  await expect(jump).toBeVisible();
  const eye = bubble(page, "line 25");
  const before = (await eye.boundingBox())!.y;
  await inbox.customer({ wa_id: number, text: "counted one" });
  await inbox.customer({ wa_id: number, text: "counted two" });
  await expect(page.getByRole("button", { name: "Go to the newest message, 2 are new" })).toBeVisible();
  expect(Math.abs((await eye.boundingBox())!.y - before)).toBeLessThanOrEqual(1);
  await jump.click();
  await expect(bubble(page, "counted two")).toBeInViewport({ ratio: 1 });
  await expect(jump).toBeHidden();
});

test("what a customer wrote before our answer, and comes only after it, is read when it is seen; so is what was below", async ({ page, inbox }) => {
  const number = newNumber();
  const now = Math.floor(Date.now() / 1000);
  const text = (id: string, ago: number, body: string) => ({ from: number, id: `wamid.l${number}${id}`, timestamp: String(now - ago), type: "text", text: { body } });
  const unread = () => page.evaluate(async (number) => (await (await fetch("/whatsapp/api/chats/?limit=200")).json()).conversations.find((chat: any) => chat.phone_number === number).unread_count, number);
  await inbox.messages([text("a", 300, "hello?")], number);
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await readAll(page);
  await complete(page);
  await box(page).fill("mine");
  await box(page).press("Enter");
  await expect(bubble(page, "mine")).toBeVisible();
  await readAll(page);
  // Nobody looks while it comes.
  await page.evaluate(() => Object.defineProperty(document, "hidden", { value: true, configurable: true }) && Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true }));
  await inbox.messages([text("b", 200, "belated")], number);
  await expect(bubble(page, "belated")).toBeVisible();
  await expect.poll(unread).toBe(1);
  await page.evaluate(() => { delete (document as any).hidden; delete (document as any).visibilityState; dispatchEvent(new Event("focus")); });
  await expect.poll(unread).toBe(0);
  // One that came late stands above others that are not seen yet: those are read when they are.
  await page.evaluate(() => Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true }) && Object.defineProperty(document, "hidden", { value: true, configurable: true }));
  await inbox.messages([...lines(100).map((body, index) => text(`e${index}`, 190 - index, body)), text("c", 195, "later still")], number);
  await expect(bubble(page, "line 99")).toBeVisible();
  await log(page).evaluate((element) => [...element.querySelectorAll(".bubble")].find((one) => one.textContent!.includes("later still"))!.scrollIntoView({ block: "end" }));
  await page.evaluate(() => { delete (document as any).hidden; delete (document as any).visibilityState; dispatchEvent(new Event("focus")); });
  await expect.poll(unread).toBeLessThan(101);
  expect(await unread()).toBeGreaterThan(0);
  await readAll(page);
  await expect.poll(unread).toBe(0);
});

test("5: the agent's own message always scrolls to the bottom", async ({ page, inbox }) => {
  const number = newNumber();
  await inbox.history(number, lines(40));
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await log(page).evaluate((element) => (element.scrollTop = -700));
  await box(page).fill("mine");
  await box(page).press("Enter");
  await expect(bubble(page, "mine")).toBeInViewport({ ratio: 1 });
  await expect.poll(() => fromEnd(page)).toBeLessThanOrEqual(1);
});

test("days, groups and the agent's name stand where people expect them", async ({ page, inbox }) => {
  const number = newNumber();
  const day = 86_400;
  const now = Math.floor(Date.now() / 1000);
  const text = (id: string, ago: number, body: string) => ({ from: number, id: `wamid.d${number}${id}`, timestamp: String(now - ago), type: "text", text: { body } });
  await inbox.messages([text("a", 2 * day, "before yesterday"), text("b", day, "yesterday"), text("c", 1, "now")], number);
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await expect(page.locator(".day")).toHaveCount(3);
  await expect(page.locator(".day").nth(1)).toHaveText("Yesterday");
  await expect(page.locator(".day").last()).toHaveText("Today");
  const zone = await page.evaluate(() => new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" }).format(Date.now() - 1000));
  await expect(bubble(page, "now").locator("time")).toHaveText(zone);
});

test("11, 13: a jump into the far past brings what stands there and says what it leaves out; scrolling on brings that, from above and from below", async ({ page, inbox }) => {
  const number = newNumber();
  await inbox.history(number, lines(700), 60 * 20);
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await readAll(page);
  await complete(page);
  const shown = () => page.locator(".bubble[data-side]").evaluateAll((all) => all.map((one) => (one.getAttribute("data-key")!.startsWith("gap-") ? "…" : one.querySelector(".words")!.textContent!)));
  /** Numbers without one left out, but where a line says so. */
  const isHonest = (all: string[]) => all.every((one, at) => one === "…" || at === 0 || all[at - 1] === "…" || one === "new" || Number(one.slice(5)) === Number(all[at - 1].slice(5)) + 1);
  await page.keyboard.press("Control+f");
  const find = page.getByRole("search", { name: "Find in this conversation" });
  await find.getByLabel("Go to a day").fill("2020-01-01");
  await expect(bubble(page, "line 0").first()).toBeInViewport();
  expect((await shown()).length).toBeLessThan(330);
  await page.keyboard.press("Escape");
  await find.getByRole("button", { name: "Close" }).click();
  // What comes meanwhile moves nothing here, and stands at the end.
  await inbox.customer({ wa_id: number, text: "new" });
  await expect(page.getByRole("button", { name: /1 is new/ })).toBeVisible();
  await expect(bubble(page, "line 0").first()).toBeInViewport();
  // From above: what is read stays where it is while more comes below.
  await log(page).hover();
  const gap = page.locator(".bubble", { hasText: "left out" });
  for (let turn = 0; turn < 4; turn++) {
    const before = await gap.getAttribute("data-key");
    const eye = page.locator(`.bubble[data-key="${before!.slice(4)}"]`);
    await eye.scrollIntoViewIfNeeded();
    await expect(gap).not.toHaveAttribute("data-key", before!);
    const all = await shown();
    expect(isHonest(all), all.join(" ")).toBe(true);
    await expect(eye).toBeInViewport();
  }
  // From below: the newest are there as they were.
  await page.getByRole("button", { name: /newest message/ }).click();
  await expect(bubble(page, "new").last()).toBeInViewport();
  await expect(async () => {
    await log(page).evaluate((element) => element.querySelector("[data-key^='gap-']")?.scrollIntoView({ block: "start" }));
    await expect(gap).toHaveCount(0, { timeout: 300 });
  }).toPass();
  const all = await shown();
  expect(all.join()).toBe([...lines(700), "new"].join());
});
