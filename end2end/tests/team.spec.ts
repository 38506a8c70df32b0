// A team: what one agent does with a conversation, the others see; nothing of it reaches the customer.
import { type Locator, type Page } from "@playwright/test";
import { box, bubble, colleague, complete, expect, log, newNumber, open, row, test } from "./inbox";


async function tools(page: Page) {
  await page.getByRole("button", { name: "Label, assign, snooze" }).click();
  return page.getByRole("dialog", { name: "Label, assign, snooze" });
}

test("a row of the list is labelled and resolved without opening it, by pointer and by keys", async ({ page, inbox }) => {
  const [number, other] = [newNumber(), newNumber()];
  await inbox.customer({ wa_id: other, name: `Other ${other}`, text: "hello" });
  await inbox.customer({ wa_id: number, name: `Open ${number}`, text: "hello" });
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await complete(page);
  const panel = page.getByRole("dialog", { name: "Label, assign, snooze" });
  const there = row(page, `Other ${other}`);
  await there.click({ button: "right" });
  await panel.getByPlaceholder("Find or make a label").fill(`Row ${other}`);
  await panel.getByRole("button", { name: "Make" }).click();
  await expect(there.locator(".mark")).toHaveText([`Row ${other}`]);
  await expect(panel).toBeHidden();
  await expect(page).toHaveURL(new RegExp(number));
  await expect(row(page, `Open ${number}`).locator(".mark")).toHaveCount(0);
  // A note is for whom is open: it is not offered here.
  await there.focus();
  await page.keyboard.press("Shift+F10");
  await expect(panel).toBeVisible();
  await expect(panel.getByRole("button", { name: "Write a note" })).toHaveCount(0);
  await panel.getByRole("button", { name: "Resolve" }).press("Enter");
  await expect(there.locator(".mark")).toHaveText([`Row ${other}`, "Resolved"]);
  await expect(page.locator(".thread__bar").getByRole("button", { name: "Resolve" })).toBeVisible();
  // The header's is for the open one again.
  await (await tools(page)).getByRole("button", { name: "Jonas" }).click();
  await expect(row(page, `Open ${number}`).locator(".mark")).toHaveText(["Jonas"]);
});

test("84: a label, a hand-over, a note and the end of the work are on the colleague's screen at once", async ({ page, inbox, browser }) => {
  const number = newNumber();
  const name = `Customer ${number}`;
  await inbox.customer({ wa_id: number, name, text: "my order is broken" });
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await complete(page);
  const jonas = await colleague(browser, inbox, number);

  // A new label, made on the spot.
  let panel = await tools(page);
  await panel.getByPlaceholder("Find or make a label").fill(`VIP ${number}`);
  await panel.getByRole("button", { name: "Make" }).click();
  await expect(row(jonas.page, name).locator(".mark")).toHaveText([`VIP ${number}`]);
  // A quiet line says who, what and when.
  await expect(log(jonas.page).getByText(`Mira labelled this VIP ${number}`)).toContainText(/\d\d:\d\d$/);

  panel = await tools(page);
  await panel.getByRole("button", { name: "Jonas" }).click();
  await expect(row(jonas.page, name).locator(".mark")).toHaveText([`VIP ${number}`, "Jonas"]);

  // 50, 120: a note looks like none of the customer's, says so, and calls Jonas.
  panel = await tools(page);
  await panel.getByRole("button", { name: "Write a note" }).click();
  await expect(page.getByRole("textbox", { name: "Note for the team. The customer never sees it." })).toBeFocused();
  await page.keyboard.type("@Jonas please call back");
  // 50: the box looks different by colour, words and shape; the button says what it does.
  const look = (of: Locator) => of.evaluate((element) => { const style = getComputedStyle(element); return [style.backgroundColor, style.borderTopStyle, style.borderTopColor]; });
  const [asNote, asAnswer] = [await look(page.locator(".note")), await look(jonas.page.locator(".composer"))];
  expect(asNote.filter((one, index) => one === asAnswer[index])).toEqual([]);
  await page.getByRole("button", { name: "Add note" }).click();
  await expect(bubble(jonas.page, "please call back")).toContainText("note for the team");
  await expect(bubble(jonas.page, "please call back")).toHaveAttribute("data-side", "note");
  // And so does the note, beside what the customer sees.
  const [note, theirs] = [await look(bubble(jonas.page, "please call back")), await look(log(jonas.page).locator('.bubble[data-side="in"]').first())];
  expect(note.filter((one, index) => one === theirs[index])).toEqual([]);
  await expect(box(page)).toBeFocused();

  await page.getByRole("button", { name: "Resolve" }).click();
  await expect(jonas.page.getByRole("button", { name: "Reopen" })).toBeVisible();
  await expect(row(jonas.page, name).locator(".mark")).toHaveText([`VIP ${number}`, "Resolved", "Jonas"]);
  // The customer opens it again; what the list says is still what they said.
  await inbox.customer({ wa_id: number, name, text: "one more thing" });
  await expect(jonas.page.getByRole("button", { name: "Resolve" })).toBeVisible();
  await expect(row(jonas.page, name).locator(".row__preview")).toHaveText("one more thing");

  // The same after a reload, and nothing went out.
  await page.reload();
  await expect(row(page, name).locator(".mark")).toHaveText([`VIP ${number}`, "Jonas"]);
  await expect(bubble(page, "please call back")).toHaveCount(1);
  expect(await inbox.bodies(number)).toEqual([]);
  expect(jonas.found).toEqual([]);
  await jonas.close();
});

test("83: whoever has the same conversation open is named, and whether they write; who leaves is gone within six seconds", async ({ page, inbox, browser }) => {
  const number = newNumber();
  await inbox.customer({ wa_id: number, name: `Customer ${number}`, text: "anybody there?" });
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await complete(page);
  const jonas = await colleague(browser, inbox, number);
  await expect(page.getByText("Jonas has this open, too.")).toBeVisible();
  await expect(jonas.page.getByText("Mira has this open, too.")).toBeVisible();
  await box(jonas.page).pressSequentially("I am on it");
  await expect(page.getByText("Jonas is writing…")).toBeVisible();
  await expect(page.getByText("Jonas is writing…")).toBeHidden({ timeout: 6_000 });
  await expect(page.getByText("Jonas has this open, too.")).toBeVisible();
  expect(jonas.found).toEqual([]);
  await jonas.close();
  await expect(page.getByText("Jonas has this open, too.")).toBeHidden({ timeout: 6_500 });
});

test("24: a view, a label and words are in the address; a row that no longer matches stays until the list is left", async ({ page, inbox }) => {
  const [one, other] = [newNumber(), newNumber()];
  await inbox.customer({ wa_id: one, name: `Ada ${one}`, text: `pears ${one}` });
  await inbox.customer({ wa_id: other, name: `Ben ${other}`, text: `apples ${other}` });
  await open(page, inbox, `/whatsapp/inbox/${one}/`);
  await complete(page);
  const panel = await tools(page);
  await panel.getByRole("button", { name: "Mira (you)" }).click();
  await expect(row(page, `Ada ${one}`).locator(".mark")).toHaveText(["Mira"]);

  const label = `Pears ${one}`;
  await (await tools(page)).getByPlaceholder("Find or make a label").fill(label);
  await page.getByRole("button", { name: "Make" }).click();
  await expect(row(page, `Ada ${one}`).locator(".mark")).toHaveText([label, "Mira"]);
  const show = async (name: string) => {
    await page.locator(".views__open").click();
    await page.locator("#views").getByRole("button", { name, exact: false }).first().click();
  };
  await show(label);
  await expect(page).toHaveURL(/label=Pears/);
  await expect(page.locator(".row__name")).toHaveText([`Ada ${one}`]);
  await (await tools(page)).getByRole("button", { name: "No label" }).click();
  await show("Show all");
  await expect(row(page, `Ben ${other}`)).toHaveCount(1);
  await expect(row(page, `Ada ${one}`).locator(".mark")).toHaveText(["Mira"]);
  await show("Mine");
  await expect(page).toHaveURL(/view=mine/);
  await expect(row(page, `Ada ${one}`)).toHaveCount(1);
  await expect(row(page, `Ben ${other}`)).toHaveCount(0);
  // Somebody else's news does not come in; ours stays when it is done with.
  await inbox.customer({ wa_id: other, name: `Ben ${other}`, text: "again" });
  await page.getByRole("button", { name: "Resolve" }).click();
  await expect(row(page, `Ada ${one}`).locator(".mark")).toHaveText(["Resolved", "Mira"]);
  await expect(row(page, `Ben ${other}`)).toHaveCount(0);
  await page.reload();
  await complete(page);
  await expect(row(page, `Ada ${one}`)).toHaveCount(0);
  await show("Show all");
  await expect(row(page, `Ben ${other}`)).toHaveCount(1);
});

test("101, 102: words are found while they are typed; a hit opens its thread at the message, from however long ago", async ({ page, inbox }) => {
  const number = newNumber();
  await inbox.history(number, [`the unicorn${number} stands in the yard`, ...Array.from({ length: 90 }, (_, index) => (index === 40 ? `again unicorn${number}` : `more ${index}`))]);
  await open(page, inbox, "/whatsapp/inbox/");
  await complete(page);
  const field = page.locator("#search");
  const hit = page.locator(".hits__one");
  await expect(async () => {
    // The index follows a moment later.
    await field.fill("");
    await expect(page).not.toHaveURL(/q=/);
    await field.fill(`Ünicorn${number}`.slice(0, -2));
    await expect(hit).toHaveCount(2, { timeout: 1500 });
  }).toPass();
  await expect(hit.last().locator("mark")).toHaveText(`unicorn${number}`);
  await expect(page).toHaveURL(/q=/);
  await hit.last().click();
  await expect(log(page).locator(".bubble[data-found]")).toContainText(`the unicorn${number} stands`);
  await expect(log(page).locator(".bubble[data-found]")).toBeInViewport();
  const marked = () => page.evaluate(() => [...(CSS.highlights.get("found") ?? [])].map((range) => (range as Range).toString()));
  await expect.poll(marked).toContain(`unicorn${number}`.slice(0, -2));
  // The search goes on in the thread.
  const find = page.getByRole("search", { name: "Find in this conversation" });
  await expect(find).toContainText("2 of 2");
  await expect(find.getByRole("button", { name: "Older" })).toBeDisabled();
  await find.getByRole("button", { name: "Newer" }).click();
  await expect(find).toContainText("1 of 2");
  await expect(log(page).locator(".bubble[data-found]")).toContainText(`again unicorn${number}`);
  await field.fill("nobody ever wrote this");
  await expect(page.getByText("Nothing matches")).toBeVisible();
  await field.press("Escape");
  await expect(field).toHaveValue("");
  await expect(page.getByText("Nothing matches")).toHaveCount(0);
  await expect(page).not.toHaveURL(/q=/);
  await expect(page.locator(".row").first()).toBeVisible();
});

test("26: a conversation marked unread is unread until somebody looks again", async ({ page, inbox }) => {
  const number = newNumber();
  const name = `Customer ${number}`;
  await inbox.customer({ wa_id: number, name, text: "hi" });
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await complete(page);
  await expect(row(page, name).locator(".badge")).toHaveCount(0);
  await (await tools(page)).getByRole("button", { name: "Mark as unread" }).click();
  await expect(row(page, name).locator(".badge")).toHaveText("1");
  await expect(page).toHaveURL(/inbox\/$/);
  await row(page, name).click();
  await expect(row(page, name).locator(".badge")).toHaveCount(0);
});

test.describe("a refused form", () => {
  // What is refused is a 422, which the browser reports.
  test.use({ allowed: [/status of 422/] });

  test("118: labels are made, changed and deleted on their page; deleting names what it takes", async ({ page, inbox }) => {
    const name = `Label ${newNumber()}`;
    await page.goto(`${inbox.base}/whatsapp/labels/`);
    await page.getByLabel("Name").first().fill(name);
    const samples = page.locator("form", { hasText: "Make label" }).locator(".swatches__sample:visible");
    await expect(samples).toHaveText([name]);
    // One's own colour is seen while it is picked, and is chosen by that.
    await page.getByLabel("Own colour").and(page.locator("[type=color]")).first().fill("#123456");
    await expect(page.getByRole("radio", { name: "Own colour" }).first()).toBeChecked();
    await expect(samples.locator("circle")).toHaveAttribute("fill", "#123456");
    await page.getByRole("radio", { name: "teal" }).first().check({ force: true });
    await expect(samples.locator("circle")).not.toHaveAttribute("fill", "#123456");
    await page.getByRole("button", { name: "Make label" }).click();
    const entry = page.locator(".settings__one", { hasText: name });
    await expect(entry).toContainText("0 conversations");
    await page.getByLabel("Name").first().fill(name.toUpperCase());
    await page.getByRole("button", { name: "Make label" }).click();
    await expect(page.getByRole("alert")).toContainText("already");
    await expect(page.getByLabel("Name").first()).toHaveValue(name.toUpperCase());
    await entry.locator("summary").first().click();
    // It is asked first.
    await expect(entry.getByRole("button", { name: "Delete label" })).toBeHidden();
    await entry.getByText(`Delete ${name}? Nobody carries it.`).click();
    await entry.getByRole("button", { name: "Delete label" }).click();
    await expect(page.locator(".settings__one", { hasText: name })).toHaveCount(0);
  });
});

test("a snooze ends at any time that is filled in; a time that is over is refused in words", async ({ page, inbox, allowed }) => {
  allowed.push(/status of 422/);
  const number = newNumber();
  await inbox.customer({ wa_id: number, name: `Customer ${number}`, text: "call me next week" });
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await complete(page);
  const field = (at: Date) => at.toISOString().slice(0, 16);
  let panel = await tools(page);
  await panel.getByLabel("Until another time").fill(field(new Date(Date.now() - 86_400_000)));
  await panel.getByRole("button", { name: "Snooze" }).click();
  await expect(page.getByText("Choose a time to come, within a year.")).toBeVisible();
  const then = new Date(Date.now() + 4 * 86_400_000);
  if (await panel.isHidden()) panel = await tools(page);
  await panel.getByLabel("Until another time").fill(field(then));
  await panel.getByRole("button", { name: "Snooze" }).click();
  await expect(log(page)).toContainText("Mira snoozed this until");
  await expect(log(page)).toContainText(field(then).slice(11));
});

test("101: an answer to what is no longer asked does not show itself", async ({ page, inbox }) => {
  const number = newNumber();
  const names = [`Pear${number}`, `Peartree${number}`];
  for (const [index, name] of names.entries()) await inbox.customer({ wa_id: `${number}${index}`, name, text: `about a ${name}` });
  await open(page, inbox, "/whatsapp/inbox/");
  await complete(page);
  const field = page.locator("#search");
  await expect(async () => {
    await field.fill("");
    await field.fill(`Pear${number}`);
    await expect(page.locator(".hits__one")).toHaveCount(1, { timeout: 1500 });
  }).toPass();
  await field.fill("");
  await expect(page.locator(".hits__one")).toHaveCount(0);
  // The first answer is held until the second is there.
  let let_go = () => {};
  let held = new Promise<void>((done) => (let_go = done));
  let is_late = 0;
  let answers = "conversations/snapshot";
  await page.route("**/whatsapp/fn/{conversations/snapshot,search/hits}", async (route) => {
    if (!route.request().url().includes(answers)) return route.continue();
    if (!route.request().postData()?.includes(`"Pear${number}"`)) return route.continue();
    const answer = await route.fetch();
    await held;
    await route.fulfill({ response: answer });
    is_late++;
  });
  await field.fill(`Pear${number}`);
  await expect(page).toHaveURL(new RegExp(`q=Pear${number}$`));
  await field.fill(`Peartree${number}`);
  const shows = async () => {
    await expect(page.locator(".row__name")).toHaveText([`Peartree${number}`]);
    await expect(page.locator(".hits__one b")).toHaveText([`Peartree${number}`]);
  };
  await shows();
  let_go();
  await expect.poll(() => is_late).toBe(1);
  await shows();
  // The same for the messages that were found, the list being there.
  await field.fill("");
  await expect(page.locator(".hits__one")).toHaveCount(0);
  answers = "search/hits";
  held = new Promise<void>((done) => (let_go = done));
  const asked = page.waitForRequest((request) => request.url().includes(answers) && request.postData()!.includes(`"Pear${number}"`));
  await field.fill(`Pear${number}`);
  await asked;
  await field.fill(`Peartree${number}`);
  await shows();
  let_go();
  await expect.poll(() => is_late).toBe(2);
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))));
  await shows();
});
