// Two of the team at one inbox: what either does is on the other's screen at once, and neither undoes the other unread.
import { type Page } from "@playwright/test";
import { bubble, colleague, complete, expect, log, newNumber, open, row, test } from "./inbox";


async function tools(page: Page) {
  await page.getByRole("button", { name: "Label, assign, snooze" }).click();
  return page.getByRole("dialog", { name: "Label, assign, snooze" });
}

test("84: two who take a customer over at the same moment: the second is told whose it is, and takes it once they know", async ({ page, inbox, browser }) => {
  const number = newNumber();
  const name = `Customer ${number}`;
  await inbox.customer({ wa_id: number, name, text: "hello" });
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await complete(page);
  const jonas = await colleague(browser, inbox, number);
  // His request is on its way while hers arrives.
  let arrive = () => {};
  const arrived = new Promise<void>((done) => (arrive = done));
  await jonas.page.route(/team\/handle/, async (route) => {
    await arrived;
    await route.continue();
  }, { times: 1 });
  await (await tools(jonas.page)).getByRole("button", { name: "Jonas (you)" }).click();
  await (await tools(page)).getByRole("button", { name: "Mira (you)" }).click();
  await expect(row(jonas.page, name).locator(".mark")).toHaveText(["Mira"]);
  arrive();
  await expect(jonas.page.locator(".banner", { hasText: "This has changed meanwhile: it is Mira's now." })).toBeVisible();
  await expect(row(page, name).locator(".mark")).toHaveText(["Mira"]);
  await (await tools(jonas.page)).getByRole("button", { name: "Jonas (you)" }).click();
  await expect(row(page, name).locator(".mark")).toHaveText(["Jonas"]);
  await expect(log(page)).toContainText("Jonas gave this to Jonas");
  expect(jonas.found.filter((line) => !/status of 409/.test(line))).toEqual([]);
  await jonas.close();
});

test("84: a rest and its end, what is unread, a new name of the customer, and a block are on the colleague's screen", async ({ page, inbox, browser }) => {
  const number = newNumber();
  const name = `Customer ${number}`;
  await inbox.customer({ wa_id: number, name, text: "hello" });
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await complete(page);
  const jonas = await colleague(browser, inbox, number);
  const there = jonas.page.locator(`[id="${await row(page, name).getAttribute("id")}"]`);
  await expect(there.locator(".badge")).toHaveCount(0);

  await (await tools(page)).getByRole("button", { name: "For an hour" }).click();
  await expect(there.locator(".mark")).toHaveText(["Snoozed"]);
  await inbox.customer({ wa_id: number, name, text: "one more thing" });
  await expect(there.locator(".mark")).toHaveCount(0);
  await expect(there.locator(".badge")).toHaveCount(0);

  // He goes on looking at it: it stays unread all the same, until somebody opens it or the customer writes.
  await (await tools(page)).getByRole("button", { name: "Mark as unread" }).click();
  await expect(log(jonas.page)).toContainText("Mira marked this as unread");
  await expect(there.locator(".badge")).toHaveText("1");
  await jonas.page.evaluate(() => window.dispatchEvent(new Event("focus")));
  // That nothing is read is only seen when time passes: longer than it takes until what is looked at counts as read.
  await jonas.page.waitForTimeout(1500);
  await expect(there.locator(".badge")).toHaveText("1");
  await row(page, name).click();
  await expect(there.locator(".badge")).toHaveCount(0);

  await page.getByRole("button", { name: "About this customer" }).click();
  const panel = page.getByRole("complementary", { name: "About this customer" });
  await panel.getByLabel("Name for the team").fill(`Ines ${number}`);
  await panel.getByLabel("Notes").focus();
  await expect(there).toContainText(`Ines ${number}`);

  // 118: a block is asked about, with the customer's name.
  await panel.getByText(`Block Ines ${number}`).first().click();
  await expect(panel).toContainText("They are not told.");
  await panel.getByRole("button", { name: `Block Ines ${number}` }).click();
  await expect(log(jonas.page)).toContainText("Mira blocked this customer");
  await panel.getByRole("button", { name: `Let Ines ${number} write again` }).click();
  await expect(log(jonas.page)).toContainText("Mira unblocked this customer");
  expect(jonas.found).toEqual([]);
  await jonas.close();
});

test("24, 25: a list by operators takes in what belongs there by now, and keeps what does not any more until it is left", async ({ page, inbox, browser }) => {
  const [one, other] = [newNumber(), newNumber()];
  for (const number of [one, other]) await inbox.customer({ wa_id: number, name: `Customer ${number}`, text: "hello" });
  const jonas = await colleague(browser, inbox, one);
  await (await tools(jonas.page)).getByPlaceholder("Find or make a label").fill(`Late ${one}`);
  await jonas.page.getByRole("button", { name: "Make" }).click();
  await open(page, inbox, `/whatsapp/inbox/?q=${encodeURIComponent(`label:"Late ${one}","Other ${one}"`)}`);
  await complete(page);
  await expect(page.locator(".row")).toHaveCount(1);
  await row(jonas.page, `Customer ${other}`).click();
  await (await tools(jonas.page)).getByPlaceholder("Find or make a label").fill(`Late ${one}`);
  await jonas.page.getByRole("dialog", { name: "Label, assign, snooze" }).getByRole("button", { name: `Late ${one}`, exact: true }).click();
  await expect(row(page, `Customer ${other}`)).toBeVisible();
  await (await tools(jonas.page)).getByRole("button", { name: "No label" }).click();
  await expect(row(page, `Customer ${other}`).locator(".mark")).toHaveCount(0);
  await expect(page.locator(".row")).toHaveCount(2);
  await page.reload();
  await expect(page.locator(".row")).toHaveCount(1);
  expect(jonas.found).toEqual([]);
  await jonas.close();
});

test("a label that is renamed is called so on every screen; whoever is let out is told, and gone from the team", async ({ page, inbox, browser }) => {
  const number = newNumber();
  const name = `Customer ${number}`;
  await inbox.customer({ wa_id: number, name, text: "hello" });
  inbox.command(["agent", "add", `lea${number}@shop.example`, "--name", `Lea ${number}`], "a long enough password");
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await complete(page);
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const lea = await context.newPage();
  await inbox.signIn(lea, `lea${number}@shop.example`);
  await open(lea, inbox, `/whatsapp/inbox/${number}/`);
  await complete(lea);
  await (await tools(lea)).getByPlaceholder("Find or make a label").fill(`Before ${number}`);
  await lea.getByRole("button", { name: "Make" }).click();
  await (await tools(lea)).getByRole("button", { name: `Lea ${number} (you)` }).click();
  await expect(row(page, name).locator(".mark")).toHaveText([`Before ${number}`, `Lea ${number}`]);
  const admin = await page.context().newPage();
  await admin.goto(`${inbox.base}/whatsapp/labels/`);
  const label = admin.getByRole("listitem").filter({ hasText: `Before ${number}` });
  await label.locator("summary").first().click();
  await label.getByLabel("Name").fill(`After ${number}`);
  await label.getByRole("button", { name: "Save" }).click();
  for (const one of [page, lea]) await expect(row(one, name).locator(".mark")).toHaveText([`After ${number}`, `Lea ${number}`]);

  await lea.getByRole("textbox", { name: "Write a message" }).fill("half a sentence");
  await admin.goto(`${inbox.base}/whatsapp/people/`);
  const person = admin.getByRole("listitem").filter({ hasText: `lea${number}@shop.example` });
  await person.locator("summary").first().click();
  await person.getByText(/let them in no more/).first().click();
  await person.getByRole("button", { name: /let them in no more/ }).click();
  await expect(lea.getByText("You are signed out. What you have typed is kept on this device.")).toBeVisible();
  await expect(row(page, name).locator(".mark")).toHaveText([`After ${number}`]);
  await (await tools(page)).getByRole("button", { name: "Jonas" }).waitFor();
  await expect(page.getByRole("dialog", { name: "Label, assign, snooze" }).getByRole("button", { name: `Lea ${number}` })).toHaveCount(0);
  await expect(bubble(page, "half a sentence")).toHaveCount(0);
  await context.close();
});

test("84: what is done to several at once and taken back, a label's colour and end, and who wants no marketing are on the colleague's screen", async ({ page, inbox, browser }) => {
  const [one, other] = [newNumber(), newNumber()];
  for (const number of [one, other]) await inbox.customer({ wa_id: number, name: `Customer ${number}`, text: "hello" });
  await open(page, inbox, `/whatsapp/inbox/${one}/`);
  await complete(page);
  const jonas = await colleague(browser, inbox, one);
  const marks = (number: string) => row(jonas.page, `Customer ${number}`).locator(".mark");
  for (const number of [one, other]) await row(page, `Customer ${number}`).click({ modifiers: ["Control"] });
  const bar = page.getByRole("region", { name: "Chosen conversations" });
  await bar.getByRole("button", { name: "Resolve" }).click();
  for (const number of [one, other]) await expect(marks(number)).toHaveText(["Resolved"]);
  await page.locator(".undo").getByRole("button", { name: "Undo" }).click();
  for (const number of [one, other]) await expect(marks(number)).toHaveCount(0);

  await (await tools(page)).getByPlaceholder("Find or make a label").fill(`Late ${one}`);
  await page.getByRole("button", { name: "Make" }).click();
  await expect(marks(one)).toHaveText([`Late ${one}`]);
  const admin = await page.context().newPage();
  await admin.goto(`${inbox.base}/whatsapp/labels/`);
  const label = admin.getByRole("listitem").filter({ hasText: `Late ${one}` });
  await label.locator("summary").first().click();
  await label.getByRole("radio", { name: "rose" }).check({ force: true });
  await label.getByRole("button", { name: "Save" }).click();
  await expect(marks(one).locator("circle")).toHaveAttribute("fill", "#f43f5e");
  await label.locator("summary").first().click();
  await label.getByText(`Delete Late ${one}?`).click();
  await label.getByRole("button", { name: "Delete label" }).click();
  await expect(marks(one)).toHaveCount(0);

  for (const of of [page, jonas.page]) await of.getByRole("button", { name: "About this customer" }).click();
  const none = (of: Page) => of.getByRole("complementary", { name: "About this customer" }).getByLabel("No marketing");
  await none(page).check();
  await expect(none(jonas.page)).toBeChecked();
  expect(jonas.found).toEqual([]);
  await jonas.close();
});

test("what is snoozed wakes by itself, on every screen; whoever answers first may get the conversation", async ({ page, inbox, browser }) => {
  const number = newNumber();
  const name = `Customer ${number}`;
  await inbox.customer({ wa_id: number, name, text: "hello" });
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await complete(page);
  const jonas = await colleague(browser, inbox, number);
  const there = row(jonas.page, name).locator(".mark");
  const id = (await row(page, name).getAttribute("id"))!.replace(/^row-/, "");
  // The page offers an hour at least; the server takes any time to come.
  const status = await page.evaluate(async (id) => {
    const body = JSON.stringify({ id, what: { snooze: Date.now() + 2000 } });
    return (await fetch("/whatsapp/fn/team/handle", { method: "POST", headers: { "content-type": "application/json" }, body })).status;
  }, id);
  expect(status).toBe(200);
  await expect(there).toHaveText(["Snoozed"]);
  for (const one of [page, jonas.page]) await expect(row(one, name).locator(".mark")).toHaveCount(0);

  const switched = async (on: boolean) => {
    const admin = await page.context().newPage();
    await admin.goto(`${inbox.base}/whatsapp/accounts/`);
    const entry = admin.getByRole("listitem").filter({ hasText: "Sandbox Shop" });
    await entry.locator("summary").first().click();
    await entry.getByLabel("Whoever answers first gets the conversation").setChecked(on);
    await entry.getByRole("button", { name: "Save" }).click();
    await admin.waitForLoadState();
    await admin.close();
  };
  await switched(true);
  await jonas.page.getByRole("textbox", { name: "Write a message" }).fill("I am on it");
  await jonas.page.getByRole("textbox", { name: "Write a message" }).press("Enter");
  await expect(row(page, name).locator(".mark")).toHaveText(["Jonas"]);
  await (await tools(page)).getByRole("button", { name: "Nobody" }).click();
  await expect(there).toHaveCount(0);
  await switched(false);
  expect(jonas.found).toEqual([]);
  await jonas.close();
});
