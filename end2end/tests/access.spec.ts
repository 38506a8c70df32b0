// Keyboard, contrast, zoom, no script; signing in and setting up.
import AxeBuilder from "@axe-core/playwright";
import { box, bubble, EMAIL, expect, newNumber, open, PASSWORD, row, test, watch } from "./inbox";

test("94: the whole job without a pointer, with the focus always visible", async ({ page, inbox }) => {
  const [first, second] = [newNumber(), newNumber()];
  await inbox.customer({ wa_id: first, name: "Key Board", text: "first" });
  await inbox.customer({ wa_id: second, name: "Second Person", text: "second" });
  await open(page, inbox, "/whatsapp/inbox/");
  const focusIsVisible = () => page.evaluate(() => {
    const element = document.activeElement as HTMLElement;
    const box = element.closest(".composer__box") ?? element;
    const style = getComputedStyle(box);
    return element !== document.body && (style.outlineStyle !== "none" || style.boxShadow !== "none");
  });
  const target = page.locator(`.row[href="/whatsapp/inbox/${first}/"]`);
  for (let presses = 0; presses < 30 && !(await target.evaluate((element) => element === document.activeElement)); presses++) {
    await page.keyboard.press("Tab");
    expect(await focusIsVisible()).toBe(true);
  }
  await page.keyboard.press("Enter");
  await expect(bubble(page, "first")).toBeVisible();
  for (let presses = 0; presses < 60 && !(await box(page).evaluate((element) => element === document.activeElement)); presses++) {
    await page.keyboard.press("Tab");
    expect(await focusIsVisible()).toBe(true);
  }
  await page.keyboard.type("typed without a pointer");
  await page.keyboard.press("Enter");
  await expect(bubble(page, "typed without a pointer").getByRole("img", { name: "read" })).toBeVisible();
  await expect(box(page)).toBeFocused();
  // No trap: the focus leaves the box in both directions.
  await page.keyboard.press("Shift+Tab");
  await expect(box(page)).not.toBeFocused();
});

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(`the ${colorScheme} theme`, () => {
    test.use({ colorScheme });
    test(`107: axe finds nothing serious on any page (${colorScheme})`, async ({ page, inbox, browser }) => {
      const number = newNumber();
      await inbox.customer({ wa_id: number, name: "Axe", text: "*hello* https://a.example" });
      await inbox.customer({ wa_id: number, message: { type: "sticker", sticker: {} } });
      const serious = async (where: typeof page) => (await new AxeBuilder({ page: where }).analyze()).violations.filter((found) => ["serious", "critical"].includes(found.impact ?? "")).map((found) => `${found.id}: ${found.nodes.map((node) => node.html).join(" | ")}`);
      await open(page, inbox, `/whatsapp/inbox/${number}/`);
      await inbox.faults([{ fault: "error", code: 131026 }, { fault: "drop_silently" }]);
      for (const text of ["fails", "unknown", "fine"]) {
        await box(page).fill(text);
        await box(page).press("Enter");
      }
      await expect(bubble(page, "unknown")).toContainText("Not known");
      for (const path of [`/whatsapp/inbox/${number}/`, "/whatsapp/inbox/", "/whatsapp/inbox/000/"]) {
        await open(page, inbox, path);
        expect(await serious(page), path).toEqual([]);
      }
      // What a team makes of it: a note, a label, the panel beside, rows that were chosen; and the pages where it is set up.
      await open(page, inbox, `/whatsapp/inbox/${number}/`);
      await page.waitForSelector("body[data-complete]");
      await page.getByRole("button", { name: "Label, assign, snooze" }).click();
      await page.getByPlaceholder("Find or make a label").fill(`Axe ${number}`);
      await page.getByRole("button", { name: "Make" }).click();
      await expect(row(page, "Axe").locator(".mark").first()).toBeVisible();
      await page.getByRole("button", { name: "About this customer" }).click();
      await expect(page.getByRole("complementary", { name: "About this customer" }).getByLabel("Notes")).toBeVisible();
      await row(page, "Axe").first().click({ modifiers: ["Control"] });
      await expect(page.getByRole("region", { name: "Chosen conversations" })).toBeVisible();
      await page.locator(".views__open").click();
      await expect(page.getByRole("dialog", { name: "Show" })).toBeVisible();
      expect(await serious(page), "a conversation in hand").toEqual([]);
      // Labels of any colour can be read.
      for (const colour of ["#ffffff", "#000000", "#ffff00"]) {
        const made = await page.request.post(`${inbox.base}/whatsapp/labels/`, { form: { name: `${colour} ${number}`, color: "own", own_color: colour }, headers: { origin: inbox.base } });
        expect(made.ok()).toBe(true);
      }
      for (const path of ["labels", "contacts", "contacts/import", "replies", "accounts", "people", "audit", "profile"]) {
        await page.goto(`${inbox.base}/whatsapp/${path}/`);
        await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
        expect.soft(await serious(page), path).toEqual([]);
      }
      const stranger = await (await browser.newContext({ colorScheme })).newPage();
      for (const path of ["/whatsapp/sign-in/", "/whatsapp/set-up/?token=x"]) {
        await stranger.goto(inbox.base + path);
        expect(await serious(stranger), path).toEqual([]);
      }
      await stranger.context().close();
    });
  });
}

test("108: at 320 pixels nothing is lost and nothing scrolls sideways; targets are large enough for a thumb", async ({ page, inbox }) => {
  const number = newNumber();
  await inbox.customer({ wa_id: number, name: "A rather long name that does not fit", text: "a long text with https://a.example/averyveryveryveryveryverylongaddress/that/never/ends" });
  await page.setViewportSize({ width: 320, height: 568 });
  for (const path of ["/whatsapp/inbox/", `/whatsapp/inbox/${number}/`]) {
    await open(page, inbox, path);
    for (const part of [".app", ".rows:visible", ".log:visible", ".composer:visible"]) {
      for (const one of await page.locator(part).all()) expect(await one.evaluate((element) => element.scrollWidth), part).toBeLessThanOrEqual(320);
    }
    for (const target of await page.locator("a:visible, button:visible, summary:visible, textarea:visible").all()) {
      const size = await target.boundingBox();
      const inline = await target.evaluate((element) => !!element.closest(".words") || element.classList.contains("skip"));
      if (size && !inline) expect(Math.min(size.width, size.height), await target.evaluate((element) => element.outerHTML.slice(0, 80))).toBeGreaterThanOrEqual(24);
    }
  }
  await expect(box(page)).toBeInViewport({ ratio: 1 });
  await expect(page.getByRole("link", { name: "Back to the list" })).toBeVisible();
});

test("on a phone, list and thread change places with the browser's Back", async ({ page, inbox }) => {
  const number = newNumber();
  await inbox.customer({ wa_id: number, name: "Phone Person", text: "from a phone" });
  await page.setViewportSize({ width: 390, height: 844 });
  await open(page, inbox, "/whatsapp/inbox/");
  await page.locator(`.row[href="/whatsapp/inbox/${number}/"]`).click();
  await expect(bubble(page, "from a phone")).toBeVisible();
  await expect(page.locator(".list")).toBeHidden();
  await page.goBack();
  await expect(page.locator(".list")).toBeVisible();
  await expect(page.locator(".thread")).toBeHidden();
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false, allowed: [/status of 422/] });
  test("129: the page lists chats, shows the thread and sends a plain form", async ({ page, inbox }) => {
    const number = newNumber();
    await inbox.customer({ wa_id: number, name: "Plain Form", text: "can you read this?" });
    await page.goto(`${inbox.base}/whatsapp/inbox/`);
    await page.locator(`.row[href="/whatsapp/inbox/${number}/"]`).click();
    await expect(bubble(page, "can you read this?")).toBeVisible();
    await box(page).fill("yes, without any script");
    await page.getByRole("button", { name: "Send" }).click();
    await expect(page).toHaveURL(new RegExp(`${number}/$`));
    await expect(bubble(page, "yes, without any script")).toBeVisible();
    await expect.poll(() => inbox.sent(number)).toEqual(["yes, without any script"]);
    await box(page).fill("x".repeat(5000));
    await page.getByRole("button", { name: "Send" }).click();
    await expect(page.getByRole("alert").first()).toContainText("904 characters too long");
    await expect(box(page)).toHaveValue("x".repeat(5000));
  });

  test("129: signing in works without JavaScript, and leads back to where one wanted to go", async ({ inbox, browser }) => {
    const number = newNumber();
    await inbox.customer({ wa_id: number, text: "behind the door" });
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    const found = watch(page);
    await page.goto(`${inbox.base}/whatsapp/inbox/${number}/`);
    await page.getByLabel("E-mail").fill(EMAIL);
    await page.getByLabel("Password").fill("not the password");
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page.getByRole("alert")).toContainText("not right");
    await expect(page.getByLabel("E-mail")).toHaveValue(EMAIL);
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(bubble(page, "behind the door")).toBeVisible();
    expect(found.filter((text) => !text.includes("401"))).toEqual([]);
    await context.close();
  });
});

test("an address with and without its slash leads to the same page", async ({ page, inbox }) => {
  for (const path of ["/whatsapp/inbox", "/whatsapp/inbox/"]) {
    await open(page, inbox, path);
    await expect(page).toHaveURL(/\/whatsapp\/inbox\/$/);
    await expect(page.getByRole("heading", { name: "Inbox" })).toBeVisible();
  }
});
