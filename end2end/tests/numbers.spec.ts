// The business's numbers, by an admin.
import { box, bubble, expect, newNumber, open, test } from "./inbox";

for (const width of [1280, 390]) {
  test(`a number is tested, paused and let go again; agents see why nothing leaves, ${width} px wide`, async ({ page, inbox, browser }) => {
    const number = newNumber();
    await page.setViewportSize({ width, height: 800 });
    await inbox.customer({ wa_id: number, text: "hi" });
    const context = await browser.newContext();
    const agent = await context.newPage();
    await inbox.signIn(agent);
    await open(agent, inbox, `/whatsapp/inbox/${number}/`);
    await page.goto(`${inbox.base}/whatsapp/profile/`);
    await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Numbers" }).click();
    const own = page.getByRole("listitem").filter({ hasText: "Phone number ID" });
    await own.locator("summary").click();
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    await own.getByRole("button", { name: "Test it" }).click();
    await expect(page.getByRole("status")).toContainText("works: WhatsApp knows it as");
    await own.locator("summary").click();
    await own.getByRole("button", { name: "Pause sending" }).click();
    await expect(own.locator("summary")).toContainText("Does not send");
    await expect(agent.getByText("An admin has paused it.")).toBeVisible();
    await box(agent).fill("as soon as we may");
    await box(agent).press("Enter");
    await expect(bubble(agent, "as soon as we may")).toBeVisible();
    expect(await inbox.sent(number)).toEqual([]);
    await own.locator("summary").click();
    await own.getByRole("button", { name: "Send again" }).click();
    await expect(own.locator("summary")).toContainText("Sends");
    await expect.poll(() => inbox.sent(number)).toEqual(["as soon as we may"]);
    await expect(agent.getByText("An admin has paused it.")).toHaveCount(0);
    if (process.env.SHOTS) {
      await own.locator("summary").click();
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        await page.screenshot({ path: `${process.env.SHOTS}/numbers-${width}-${colorScheme}.png`, fullPage: true });
      }
    }
    await context.close();
  });
}
