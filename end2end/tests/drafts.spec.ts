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

test("32: a note that is begun, an answer without words and a file that waits are on the second device, too, and gone once they were sent", async ({ page, inbox, browser }) => {
  const number = newNumber();
  await inbox.customer({ wa_id: number, name: `Begun ${number}`, text: "which one of these?" });
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await page.waitForSelector("body[data-complete]");
  await page.getByRole("button", { name: "Label, assign, snooze" }).click();
  await page.getByRole("dialog", { name: "Label, assign, snooze" }).getByRole("button", { name: "Write a note" }).click();
  await Promise.all([page.waitForResponse(/drafts\/keep/), page.keyboard.type("ask the workshop")]);
  await bubble(page, "which one").hover();
  await bubble(page, "which one").getByRole("button", { name: "More" }).click();
  await Promise.all([page.waitForResponse(/drafts\/keep/), page.locator("#menu").getByRole("button", { name: "Reply" }).click()]);
  const file = { name: "prices.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7 of ours".padEnd(17 << 20)) };
  await Promise.all([page.waitForResponse(/drafts\/files/), page.locator("#attach").setInputFiles(file)]);
  const tray = (one: typeof page) => one.getByRole("form", { name: "Files to send" });
  await Promise.all([page.waitForResponse(/drafts\/change_file/), tray(page).getByLabel("Add a caption").fill("all of them")]);

  const context = await browser.newContext({ viewport: { width: 390, height: 800 } });
  const phone = await context.newPage();
  const found = watch(phone);
  await inbox.signIn(phone);
  await expect(row(phone, `Begun ${number}`)).toContainText("Draft");
  await open(phone, inbox, `/whatsapp/inbox/${number}/`);
  await expect(phone.locator("#note")).toHaveValue("ask the workshop");
  await expect(phone.locator(".answer")).toContainText("which one of these?");
  await expect(tray(phone)).toContainText("prices.pdf");
  await expect(tray(phone).getByLabel("Add a caption")).toHaveValue("all of them");
  // A reload asks nothing and loses nothing.
  await phone.reload();
  await expect(tray(phone)).toContainText("prices.pdf");
  await phone.getByRole("button", { name: "Add note" }).click();
  // It is here already: only its name goes to the server.
  const [sending] = await Promise.all([phone.waitForRequest(/send\/$/), tray(phone).getByRole("button", { name: /Send/ }).click()]);
  expect(Number((await sending.allHeaders())["content-length"])).toBeLessThan(10_000);
  await expect.poll(async () => (await inbox.bodies(number)).map(({ document, context }) => [document?.filename, document?.caption, !!context])).toEqual([["prices.pdf", "all of them", true]]);
  await page.evaluate(() => window.dispatchEvent(new Event("focus")));
  await expect(tray(page)).toHaveCount(0);
  await expect(page.locator("#note")).toHaveCount(0);
  await expect(bubble(page, "ask the workshop")).toBeVisible();
  expect(found).toEqual([]);
  await context.close();
});
