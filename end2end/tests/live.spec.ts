// The line to the server, and several tabs.
import { box, bubble, expect, Inbox, newNumber, open, row, test, watch } from "./inbox";

test("a message is on the screen a moment after it was posted, without a reload", async ({ page, inbox }) => {
  const number = newNumber();
  await inbox.customer({ wa_id: number, text: "hi" });
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await page.evaluate(() => ((window as unknown as { same: boolean }).same = true));
  for (let index = 0; index < 10; index++) {
    await inbox.customer({ wa_id: number, text: `now ${index}` });
    await expect(bubble(page, `now ${index}`)).toBeInViewport();
  }
  expect(await page.evaluate(() => (window as unknown as { same?: boolean }).same), "no reload").toBe(true);
});

// A server of its own: it is killed.
test.describe("a broken line", () => {
  test.use({ allowed: [/WebSocket connection|ERR_CONNECTION|ERR_SOCKET|ERR_EMPTY_RESPONSE/] });
  let own: Inbox;
  test.beforeAll(async () => { own = new Inbox(); await own.start(); });
  test.afterAll(() => own.stop());

  test("76, 77: the banner comes and goes by itself; everything missed is there, in order and once", async ({ page }) => {
    const number = newNumber();
    await own.customer({ wa_id: number, name: "Missed", text: "before" });
    await own.signIn(page);
    await open(page, own, `/whatsapp/inbox/${number}/`);
    await page.evaluate(() => ((window as unknown as { same: boolean }).same = true));
    await box(page).fill("typed before the break");
    await own.kill();
    const banner = page.getByText(/No connection since \d\d:\d\d/);
    await expect(banner).toBeVisible();
    await expect(page.getByRole("button", { name: "Try now" })).toBeVisible();
    // WhatsApp goes on posting to a server that is away.
    const posts = Promise.all([1, 2, 3, 4, 5].map((index) => own.customer({ wa_id: number, name: "Missed", text: `missed ${index}`, timestamp: Math.floor(Date.now() / 1000) + index, id: `wamid.m${number}${index}` })));
    await own.serve();
    await posts;
    await expect(page.locator(".bubble", { hasText: /missed \d/ })).toHaveCount(5);
    const texts = await page.locator(".bubble .words", { hasText: /missed \d/ }).allTextContents();
    expect(texts).toEqual(["missed 1", "missed 2", "missed 3", "missed 4", "missed 5"]);
    await expect(banner).toBeHidden();
    await expect(box(page)).toHaveValue("typed before the break");
    expect(await page.evaluate(() => (window as unknown as { same?: boolean }).same), "no reload").toBe(true);
  });
});

test("80: two tabs agree on messages, ticks, drafts and what was read", async ({ page, inbox, context }) => {
  const number = newNumber();
  await inbox.customer({ wa_id: number, name: "Two Tabs", text: "hi" });
  const other = await context.newPage();
  const found = watch(other);
  await open(other, inbox, "/whatsapp/inbox/");
  await expect(row(other, "Two Tabs").getByLabel("1 unread")).toBeVisible();
  await page.bringToFront();
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  // Half a second of looking, then at most a second until the other tab knows.
  await expect(row(other, "Two Tabs").getByLabel("1 unread")).toHaveCount(0, { timeout: 2500 });
  await other.goto(`${inbox.base}/whatsapp/inbox/${number}/`);
  await other.waitForSelector("body[data-hydrated]");
  await box(page).pressSequentially("shared draft");
  await expect(box(other)).toHaveValue("shared draft", { timeout: 1000 });
  await box(page).press("Enter");
  await expect(box(other)).toHaveValue("", { timeout: 1000 });
  await expect(bubble(other, "shared draft")).toBeVisible({ timeout: 1000 });
  for (const tab of [page, other]) {
    await expect(bubble(tab, "shared draft").getByRole("img", { name: "read" })).toBeVisible();
    await expect(bubble(tab, "shared draft")).toHaveCount(1);
  }
  expect(found).toEqual([]);
  await other.close();
});

test.describe("signing out", () => {
  test.use({ allowed: [/401|WebSocket/] });
  test("signing out in one tab ends the others within five seconds, and nothing more reaches them", async ({ inbox, browser, allowed }) => {
    const number = newNumber();
    await inbox.customer({ wa_id: number, text: "hi" });
    const context = await browser.newContext();
    const page = await context.newPage();
    const found = watch(page, allowed);
    await inbox.signIn(page, "jonas@shop.example");
    await open(page, inbox, `/whatsapp/inbox/${number}/`);
    await box(page).fill("kept on this device");
    const other = await context.newPage();
    await open(other, inbox, "/whatsapp/inbox/");
    await other.locator("summary").click();
    await other.getByRole("button", { name: "Sign out" }).click();
    await other.waitForURL("**/sign-in/");
    await expect(page.getByText("You are signed out")).toBeVisible({ timeout: 5000 });
    await inbox.customer({ wa_id: number, text: "not for the signed out" });
    await expect(bubble(page, "not for the signed out")).toHaveCount(0);
    await expect(box(page)).toHaveValue("kept on this device");
    expect(found).toEqual([]);
    await context.close();
  });
});
