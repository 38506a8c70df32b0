// The address book: what the team calls people, and conversations that it begins.
import { bubble, complete, expect, newNumber, open, test } from "./inbox";


test("the team's name for somebody is on every open page at once, and stays", async ({ page, inbox }) => {
  const number = newNumber();
  await inbox.customer({ wa_id: number, name: "zz top", text: "hello" });
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await complete(page);
  const book = await page.context().newPage();
  await book.goto(`${inbox.base}/whatsapp/contacts/`);
  const row = book.locator(".settings__one", { hasText: "zz top" });
  await row.locator("summary").first().click();
  await row.getByLabel("Name for the team").fill("Ines from the bakery");
  await row.getByLabel("Notes for the team").fill("Pays on Fridays");
  await row.getByRole("button", { name: "Save" }).click();
  await expect(book.locator(".settings__one", { hasText: "Ines from the bakery" })).toBeVisible();
  await expect(page.locator(`.row[href*="${number}"]`)).toContainText("Ines from the bakery");
  await expect(page.locator(".thread__head, header").filter({ hasText: "Ines from the bakery" }).first()).toBeVisible();
  await inbox.customer({ wa_id: number, name: "another name", text: "me again" });
  await expect(bubble(page, "me again")).toBeVisible();
  await expect(page.locator(`.row[href*="${number}"]`)).toContainText("Ines from the bakery");
  // Found by that name, once it is indexed.
  await expect(async () => {
    await book.goto(`${inbox.base}/whatsapp/contacts/?q=bakery`);
    await expect(book.locator(".settings__one", { hasText: "Ines from the bakery" })).toBeVisible({ timeout: 500 });
  }).toPass();
});

test("122: a conversation is begun with a number, with a template first; a number that is none is said, and stays typed", async ({ page, inbox, allowed }) => {
  allowed.push(/status of 422/);
  await open(page, inbox, "/whatsapp/inbox/");
  await complete(page);
  await page.getByRole("link", { name: "Contacts" }).click();
  await page.locator("summary", { hasText: "New conversation" }).click();
  await page.getByLabel("Number", { exact: true }).fill("+44 74");
  await page.getByLabel("Name, if they have none here yet").fill("Ada");
  await page.getByRole("button", { name: "Open the chat" }).click();
  await expect(page.getByRole("alert")).toContainText("There is no such telephone number");
  await expect(page.getByLabel("Name, if they have none here yet")).toHaveValue("Ada");
  await page.getByLabel("Number", { exact: true }).fill("+44 7400 123456");
  await page.getByRole("button", { name: "Open the chat" }).click();
  await complete(page);
  await expect(page.locator("h1, h2").filter({ hasText: "Ada" }).first()).toBeVisible();
  await expect(page.getByText("The customer has not written in the last 24 hours")).toBeVisible();
  await expect(page.locator(".row", { hasText: "Ada" })).toHaveCount(0);
  await page.getByRole("button", { name: "Choose a template" }).click();
  await page.getByRole("dialog").getByRole("button", { name: /follow up en_GB/ }).click();
  await page.getByRole("dialog").getByLabel("1", { exact: true }).fill("we open at nine");
  await page.getByRole("dialog").getByRole("button", { name: "Send", exact: true }).click();
  await expect(bubble(page, "we open at nine")).toBeVisible();
  await expect(page.locator(".row", { hasText: "Ada" })).toHaveCount(1);
});

test("68: from a contact card one writes to whom it names", async ({ page, inbox }) => {
  const number = newNumber();
  const card = { name: { formatted_name: "Tom Baker", first_name: "Tom" }, phones: [{ phone: "+44 7400 654321", wa_id: "447400654321", type: "CELL" }] };
  await inbox.customer({ wa_id: number, name: "Ines", message: { type: "contacts", contacts: [card] } });
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  const [book] = await Promise.all([page.context().waitForEvent("page"), page.getByRole("link", { name: "Write on WhatsApp" }).click()]);
  await expect(book.getByLabel("Number", { exact: true })).toHaveValue("+447400654321");
  await expect(book.getByLabel("Name, if they have none here yet")).toHaveValue("Tom Baker");
  await book.getByRole("button", { name: "Open the chat" }).click();
  await complete(book);
  await expect(book.locator("h1, h2").filter({ hasText: "Tom Baker" }).first()).toBeVisible();
});

test("118: a customer is blocked by a button that names them; the thread says so", async ({ page, inbox }) => {
  const number = newNumber();
  await inbox.customer({ wa_id: number, name: `Rude ${number}`, text: "rude words" });
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await complete(page);
  const book = await page.context().newPage();
  await book.goto(`${inbox.base}/whatsapp/contacts/`);
  const row = book.locator(".settings__one", { hasText: `Rude ${number}` });
  await row.locator("summary").first().click();
  // One press asks, the other one does it.
  await expect(row.getByRole("button", { name: `Block Rude ${number}` })).toBeHidden();
  await row.locator("summary", { hasText: `Block Rude ${number}` }).click();
  await row.getByRole("button", { name: `Block Rude ${number}` }).click();
  await expect(row.locator("summary").first()).toContainText("Blocked");
  await expect(page.getByText("blocked this customer")).toBeVisible();
  await row.locator("summary").first().click();
  await row.getByRole("button", { name: `Let Rude ${number} write again` }).click();
  await expect(page.getByText("unblocked this customer")).toBeVisible();
});

test("a table of contacts is looked through, its faults are said by line, then it is imported once", async ({ page, inbox }) => {
  const digits = () => `44740${String(Math.floor(Math.random() * 1e7)).padStart(7, "0")}`;
  const [known, other] = [digits(), digits()];
  await inbox.customer({ wa_id: known, name: `Self ${known}`, text: "hello" });
  await open(page, inbox, `/whatsapp/inbox/${known}/`);
  await complete(page);
  const book = await page.context().newPage();
  await book.goto(`${inbox.base}/whatsapp/contacts/`);
  await book.getByRole("link", { name: "Import from CSV" }).click();
  const table = `number;name;email\n+${known};Team ${known};\n+${other};New ${other};a@b.example\n12;Nobody;\n`;
  await book.getByLabel("CSV file").setInputFiles({ name: "people.csv", mimeType: "text/csv", buffer: Buffer.from(table) });
  // Until there is an answer, the page says what it is about, and takes no second press.
  await book.evaluate(() => addEventListener("pagehide", () => {
    const [status, button] = ["form [role=status]", "form button"].map((name) => document.querySelector<HTMLButtonElement>(name)!);
    sessionStorage.setItem("said", JSON.stringify([!!status.querySelector("progress"), status.textContent, button.ariaDisabled]));
  }));
  await book.getByRole("button", { name: "Look through it" }).click();
  await expect(book.getByRole("heading", { name: "1 new, 1 changed, 0 as they are" })).toBeVisible();
  expect(JSON.parse((await book.evaluate(() => sessionStorage.getItem("said")))!)).toEqual([true, "The table is being looked through. Nothing changes yet.", "true"]);
  await expect(book.getByRole("alert")).toContainText('Line 4: "12" is no telephone number.');
  await expect(page.locator(`.row[href*="${known}"]`)).toContainText(`Self ${known}`);
  await book.getByRole("button", { name: "Import 2 contacts" }).click();
  await expect(book.getByRole("status").filter({ hasText: "Imported" })).toContainText("1 new, 1 changed");
  // Open pages have the team's name at once; the other can be written to.
  await expect(page.locator(`.row[href*="${known}"]`)).toContainText(`Team ${known}`);
  await book.getByRole("link", { name: "Back to the contacts" }).click();
  await expect(book.locator(".settings__one", { hasText: `New ${other}` })).toBeVisible();
  // Going back to the table and pressing again does nothing twice.
  await book.goto(`${inbox.base}/whatsapp/contacts/import/`);
  await book.getByLabel("CSV file").setInputFiles({ name: "people.csv", mimeType: "text/csv", buffer: Buffer.from(table) });
  await book.getByRole("button", { name: "Look through it" }).click();
  await expect(book.getByRole("heading", { name: "0 new, 0 changed, 2 as they are" })).toBeVisible();
  await expect(book.getByRole("button", { name: /^Import/ })).toHaveCount(0);
});
