// What is begun on one device is found on another.
import { box, bubble, expect, newNumber, open, row, test, watch } from "./inbox";

for (const width of [1280, 390]) {
  test(`32: a draft is on the agent's second device, marked in the list, and gone once it was sent, ${width} px wide`, async ({ page, inbox, browser }) => {
    const [number, elsewhere] = [newNumber(), newNumber()];
    await inbox.customer({ wa_id: number, name: `Begun ${number}`, text: "hi" });
    await inbox.customer({ wa_id: elsewhere, name: `Beside ${elsewhere}`, text: "hi" });
    await page.setViewportSize({ width, height: 800 });
    await open(page, inbox, `/whatsapp/inbox/${number}/`);
    await page.waitForSelector("body[data-complete]");
    await Promise.all([page.waitForResponse(/drafts\/keep/), box(page).fill("we have it in *blue*")]);

    const context = await browser.newContext({ viewport: { width, height: 800 } });
    const phone = await context.newPage();
    const found = watch(phone);
    await inbox.signIn(phone);
    await open(phone, inbox, "/whatsapp/inbox/");
    await expect(row(phone, `Begun ${number}`)).toContainText("Draft");
    await expect(row(phone, `Beside ${elsewhere}`)).not.toContainText("Draft");
    await open(phone, inbox, `/whatsapp/inbox/${number}/`);
    await expect(box(phone)).toHaveValue("we have it in *blue*");
    // On, and back on the first device.
    await box(phone).press("End");
    await Promise.all([phone.waitForResponse(/drafts\/keep/), box(phone).pressSequentially(" or red")]);
    await page.evaluate(() => window.dispatchEvent(new Event("focus")));
    await expect(box(page)).toHaveValue("we have it in *blue* or red");
    await Promise.all([page.waitForResponse(/messages\/send/), box(page).press("Enter")]);
    await expect(bubble(phone, "or red")).toBeVisible();
    await phone.evaluate(() => window.dispatchEvent(new Event("focus")));
    await expect(box(phone)).toHaveValue("");
    await open(phone, inbox, "/whatsapp/inbox/");
    await phone.waitForSelector("body[data-complete]");
    await expect(row(phone, `Begun ${number}`)).toContainText("or red");
    await expect(row(phone, `Begun ${number}`)).not.toContainText("Draft");
    await expect.poll(() => inbox.sent(number)).toEqual(["we have it in *blue* or red"]);
    expect(found).toEqual([]);
    await context.close();
  });
}

test("32: what was typed on both devices is not lost: the one in front of the agent stays", async ({ page, inbox, browser }) => {
  const number = newNumber();
  await inbox.customer({ wa_id: number, text: "hi" });
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await page.waitForSelector("body[data-complete]");
  await Promise.all([page.waitForResponse(/drafts\/keep/), box(page).fill("first")]);
  const context = await browser.newContext();
  const other = await context.newPage();
  await inbox.signIn(other);
  await open(other, inbox, `/whatsapp/inbox/${number}/`);
  await expect(box(other)).toHaveValue("first");
  await Promise.all([other.waitForResponse(/drafts\/keep/), box(other).fill("first, on the other")]);
  // The line of this one is away while it is typed on.
  await page.route(/drafts\/keep/, (route) => route.abort());
  await box(page).fill("first, on this one");
  await page.unroute(/drafts\/keep/);
  await page.evaluate(() => window.dispatchEvent(new Event("focus")));
  await expect(box(page)).toHaveValue("first, on this one");
  await context.close();
});
