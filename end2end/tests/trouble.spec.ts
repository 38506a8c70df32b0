// What is wrong is said in a banner, to whom it concerns, with what can be done.
import { box, bubble, expect, newNumber, open, readAll, test } from "./inbox";

test("C3: a refused number keeps its messages, everybody is told, and an admin lets them go", async ({ inbox, page, browser }) => {
  const number = newNumber();
  await inbox.customer({ wa_id: number, name: "Waiting", text: "Hello?" });
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await readAll(page);
  await inbox.faults([{ fault: "error", code: 190, status: 401 }]);
  await box(page).fill("kept until mended");
  await box(page).press("Enter");
  const banner = page.locator(".banner", { hasText: "cannot send" });
  await expect(banner).toContainText("One message waits");
  await expect(banner).toContainText("access token");
  await expect(bubble(page, "kept until mended").locator(".tick")).toHaveAttribute("data-state", "queued");

  const agent = await browser.newPage();
  await inbox.signIn(agent, "jonas@shop.example");
  await open(agent, inbox, "/whatsapp/inbox/");
  await expect(agent.locator(".banner", { hasText: "cannot send" })).toBeVisible();
  await expect(agent.getByRole("button", { name: "It is mended" })).toHaveCount(0);

  expect(await inbox.sent(number)).toEqual([]);
  await banner.getByRole("button", { name: "It is mended" }).click();
  await expect(banner).toHaveCount(0);
  await expect(agent.locator(".banner", { hasText: "cannot send" })).toHaveCount(0);
  await expect.poll(() => inbox.sent(number)).toEqual(["kept until mended"]);
});

test("what Meta tells about accounts and templates is in a banner for admins until one has seen to it", async ({ inbox, page, browser }) => {
  const agent = await browser.newPage();
  await inbox.signIn(agent, "jonas@shop.example");
  await open(agent, inbox, "/whatsapp/inbox/");
  await open(page, inbox, "/whatsapp/inbox/");
  await inbox.change("message_template_status_update", { event: "PAUSED", message_template_name: "autumn", message_template_language: "en_GB", reason: "NONE" });
  const banner = page.locator(".banner", { hasText: "has paused the template autumn (en_GB)" });
  await expect(banner).toBeVisible();
  await banner.getByRole("button", { name: "Seen to" }).click();
  await expect(banner).toHaveCount(0);
  await expect(agent.locator(".banner", { hasText: "cannot send" })).toHaveCount(0);
});

test("who came by an ad costs nothing for a while, and the thread says until when", async ({ inbox, page }) => {
  const number = newNumber();
  await inbox.customer({ wa_id: number, name: "By an ad", text: "Hello?" });
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await page.waitForSelector("body[data-complete]");
  await box(page).fill("Welcome");
  await box(page).press("Enter");
  await expect(bubble(page, "Welcome").locator(".tick")).toHaveAttribute("data-state", "read");
  const wamid = await page.evaluate(async (number) => (await (await fetch(`/whatsapp/fn/conversations/thread`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ segment: number }) })).json()).messages.messages.at(-1).wamid, number);
  const until = Math.floor(Date.now() / 1000) + 72 * 3600;
  await inbox.change("messages", { statuses: [{ id: wamid, status: "delivered", recipient_id: number, timestamp: String(until - 72 * 3600), conversation: { id: "c", expiration_timestamp: String(until), origin: { type: "referral_conversion" } } }] });
  await expect(page.getByText(/Free of charge until/)).toBeVisible();
});
