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
  await expect(agent.locator(".banner")).toHaveCount(0);
  await expect.poll(() => inbox.sent(number)).toEqual(["kept until mended"]);
});
