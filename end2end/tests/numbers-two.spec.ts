// A business with two numbers: one customer may write to both.
import { test as plain } from "@playwright/test";
import { bubble, expect, Inbox, newNumber, open, row, watch } from "./inbox";

const inbox = new Inbox();
plain.beforeAll(() => inbox.start());
plain.afterAll(() => inbox.stop());

plain("a customer of two numbers has two threads, each opened from its own row, by its own keys, and answered as its own", async ({ browser }) => {
  const number = newNumber();
  await inbox.customer({ wa_id: number, name: "Ines", text: "for the shop" });
  await inbox.terminate();
  inbox["env"].WHATSAPP_PHONE_NUMBER_ID = "222222222222222";
  await inbox.serve();
  await inbox.messages([{ id: `wamid.two${number}`, from: number, timestamp: String(Math.floor(Date.now() / 1000) + 1), type: "text", text: { body: "for the workshop" } } as never], number, "Ines");
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  const found = watch(page);
  await inbox.signIn(page);
  await open(page, inbox, "/whatsapp/inbox/");
  await page.waitForSelector("body[data-complete]");
  await expect(page.locator(".row")).toHaveCount(2);
  const shop = page.locator(".row", { hasText: "for the shop" });
  const workshop = page.locator(".row", { hasText: "for the workshop" });
  for (const [there, text] of [[shop, "for the shop"], [workshop, "for the workshop"], [shop, "for the shop"]] as const) {
    await there.click();
    await expect(bubble(page, text)).toBeVisible();
    await expect(there).toHaveAttribute("aria-current", "true");
    await expect(page.locator(".row[aria-current]")).toHaveCount(1);
  }
  // Keys, the way back, and a reload.
  await page.keyboard.press("Alt+ArrowUp");
  await expect(bubble(page, "for the workshop")).toBeVisible();
  await page.goBack();
  await expect(bubble(page, "for the shop")).toBeVisible();
  await page.reload();
  await page.waitForSelector("body[data-complete]");
  await expect(bubble(page, "for the shop")).toBeVisible();
  await expect(page.locator("form.composer")).toHaveAttribute("action", new RegExp(`/inbox/(?!${number})[^/]+/send/`));
  // A hit leads to the thread that it is in.
  await expect.poll(() => page.evaluate(async () => (await (await fetch("/whatsapp/api/search/?q=workshop")).json()).messages?.length ?? 0)).toBe(1);
  await page.locator("#search").fill("workshop");
  await page.locator(".hits__one").click();
  await expect(bubble(page, "for the workshop")).toBeVisible();
  // Beside it stand their other conversation, which opens, and how long this one can be answered.
  await page.getByRole("button", { name: "About this customer" }).click();
  const panel = page.getByRole("complementary", { name: "About this customer" });
  await expect(panel).toContainText("left to reply");
  await panel.locator("section", { hasText: "Other conversations" }).getByRole("link", { name: "for the shop" }).click();
  await expect(bubble(page, "for the shop")).toBeVisible();
  await expect(panel.locator("section", { hasText: "Other conversations" })).toContainText("for the workshop");
  await panel.getByRole("button", { name: "Close" }).click();
  // Each row says whose it is, and a person may be limited to one.
  await page.locator("#search").fill("");
  await expect(row(page, "for the shop").locator(".mark", { hasText: "Sandbox" })).toHaveCount(1);
  const other = await browser.newContext();
  const limited = await other.newPage();
  await inbox.signIn(limited, "jonas@shop.example");
  await open(limited, inbox, "/whatsapp/inbox/");
  await expect(limited.locator(".row")).toHaveCount(2);
  await page.goto(`${inbox.base}/whatsapp/people/`);
  const jonas = page.getByRole("listitem").filter({ hasText: "jonas@shop.example" });
  await jonas.locator("summary").first().click();
  await jonas.getByRole("checkbox").first().check();
  await jonas.getByRole("button", { name: "Save" }).last().click();
  await expect(jonas.locator("summary").first()).toContainText("Only ");
  // On the page that they have open, too.
  await expect(limited.locator(".row")).toHaveCount(1);
  // 24: one number's alone, in the address, also when the other's customers write.
  await open(page, inbox, "/whatsapp/inbox/");
  await page.waitForSelector("body[data-complete]");
  await page.locator(".views__open").click();
  await page.getByRole("dialog", { name: "Show" }).getByRole("button", { name: /^Sandbox Shop/ }).click();
  await expect(page).toHaveURL(/account=/);
  await expect(page.locator(".row .row__preview")).toHaveText(["for the shop"]);
  await inbox.messages([{ id: `wamid.three${number}`, from: number, timestamp: String(Math.floor(Date.now() / 1000) + 2), type: "text", text: { body: "workshop again" } } as never], number, "Ines");
  const other_one = newNumber();
  await inbox.messages([{ id: `wamid.four${number}`, from: other_one, timestamp: String(Math.floor(Date.now() / 1000) + 2), type: "text", text: { body: "hello to the workshop" } } as never], other_one, "Somebody new");
  await expect(page.locator(".row .row__preview")).toHaveText(["for the shop"]);
  await page.reload();
  await page.waitForSelector("body[data-complete]");
  await expect(page.locator(".row .row__preview")).toHaveText(["for the shop"]);
  // 27: of several, what cannot be done is named and stays chosen; the rest is done, and can be taken back.
  await open(page, inbox, "/whatsapp/inbox/");
  await page.waitForSelector("body[data-complete]");
  for (const text of ["for the shop", "workshop again"]) await row(page, text).click({ modifiers: ["Control"] });
  const bar = page.getByRole("region", { name: "Chosen conversations" });
  await bar.getByRole("button", { name: "Assign" }).click();
  await page.getByRole("dialog", { name: "Assigned to" }).getByRole("button", { name: "Jonas" }).click();
  await expect(page.locator(".banner", { hasText: "This person cannot answer here" })).toContainText("Ines");
  await expect(page.locator(".row .mark", { hasText: "Jonas" })).toHaveCount(1);
  await expect(page.locator(".row__pick[data-on]")).toHaveCount(1);
  await expect(page.locator(".undo")).toContainText("Handed over 1 conversation");
  expect(found.filter((line) => !/status of 422/.test(line))).toEqual([]);
  await other.close();
  await context.close();
});

plain("a number that is removed says so in its threads at once, sends nothing, and offers nothing that cannot be done", async ({ browser }) => {
  const number = newNumber();
  // One that comes from the settings stays: it is the other that is taken away.
  inbox["env"].WHATSAPP_PHONE_NUMBER_ID = "333333333333333";
  await inbox.terminate();
  await inbox.serve();
  await inbox.messages([{ id: `wamid.gone${number}`, from: number, timestamp: String(Math.floor(Date.now() / 1000)), type: "text", text: { body: "is it still you?" } } as never], number, "Zoe");
  inbox["env"].WHATSAPP_PHONE_NUMBER_ID = "222222222222222";
  await inbox.terminate();
  await inbox.serve();
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  const admin = await context.newPage();
  await inbox.signIn(page);
  await open(page, inbox, "/whatsapp/inbox/");
  await row(page, "is it still you?").click();
  await expect(bubble(page, "is it still you?")).toBeVisible();
  const strip = page.locator(".strip", { hasText: "was removed" });
  await expect(strip).toHaveCount(0);
  await admin.goto(`${inbox.base}/whatsapp/accounts/`);
  const entry = admin.getByRole("listitem").filter({ hasText: "333333333333333" });
  await entry.locator("summary").first().click();
  await entry.locator("details details summary").click();
  await entry.getByRole("button", { name: /^Remove / }).click();
  await expect(admin.getByRole("heading", { name: "Removed numbers" })).toBeVisible();
  await expect(strip).toBeVisible();
  await page.locator("#composer").fill("we moved");
  await page.locator("#composer").press("Enter");
  await expect(bubble(page, "we moved")).toContainText("was removed");
  await page.reload();
  await expect(page.locator(".thread__bar")).toContainText("(removed)");
  await expect(bubble(page, "we moved")).toContainText("Try again");
  await context.close();
});
