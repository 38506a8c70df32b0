// The people of the team: invited by a link, given more, let out and in again; and what everybody changes about themselves.
import { test as plain } from "@playwright/test";
import { complete, expect, Inbox, newNumber, open, PASSWORD, row, watch } from "./inbox";

const inbox = new Inbox();
plain.beforeAll(() => inbox.start());
plain.afterAll(() => inbox.stop());

for (const width of [1280, 390]) plain(`somebody is invited by a link, made an admin, let out and let in again, ${width} px wide`, async ({ browser }) => {
  const size = { viewport: { width, height: 800 } };
  const [mine, theirs] = [await browser.newContext(size), await browser.newContext(size)];
  const [admin, nora] = [await mine.newPage(), await theirs.newPage()];
  const found = watch(admin);
  const email = `nora${width}@shop.example`;
  await inbox.signIn(admin);
  await admin.goto(`${inbox.base}/whatsapp/people/`);
  const invite = async (address: string) => {
    await admin.getByLabel("Name").fill("Nora Berg");
    await admin.getByLabel("E-mail").fill(address);
    await admin.getByRole("button", { name: "Invite and show the link" }).click();
  };
  // An address that is taken is refused in words, and what was typed stays.
  await invite("jonas@shop.example");
  await expect(admin.getByRole("alert")).toBeVisible();
  await expect(admin.getByLabel("Name")).toHaveValue("Nora Berg");
  await invite(email);
  const link = await admin.locator(".settings__code").innerText();
  expect(await admin.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  await nora.goto(link);
  await nora.getByLabel("Password").fill(PASSWORD);
  await nora.getByRole("button").first().click();
  await nora.waitForURL("**/whatsapp/inbox/");
  await nora.goto(`${inbox.base}/whatsapp/profile/`);
  await expect(nora.getByRole("link", { name: "Numbers" })).toHaveCount(0);

  await admin.goto(`${inbox.base}/whatsapp/people/`);
  const entry = admin.getByRole("listitem").filter({ hasText: email });
  await entry.locator("summary").first().click();
  await entry.getByLabel("May").selectOption("admin");
  await entry.getByRole("button", { name: "Save" }).first().click();
  await expect(entry.locator("summary").first()).toContainText("everything");
  await nora.reload();
  await expect(nora.getByRole("link", { name: "Numbers" })).toBeVisible();

  await entry.locator("summary").first().click();
  // Asked first: it says what it does.
  const out = entry.getByRole("button", { name: "Sign Nora Berg out and let them in no more" });
  await expect(out).toBeHidden();
  await entry.getByText("Sign Nora Berg out and let them in no more").first().click();
  await expect(entry.getByText("The conversations Nora Berg answers become nobody’s")).toBeVisible();
  await out.click();
  await expect(entry.locator("summary").first()).toContainText("May not sign in");
  await nora.reload();
  await expect(nora).toHaveURL(/sign-in/);
  await nora.getByLabel("E-mail").fill(email);
  await nora.getByLabel("Password").fill(PASSWORD);
  await nora.getByRole("button", { name: "Sign in" }).click();
  await expect(nora.getByRole("alert")).toBeVisible();
  await entry.locator("summary").first().click();
  await entry.getByRole("button", { name: "Let Nora Berg in again" }).click();
  await expect(entry.locator("summary").first()).not.toContainText("May not sign in");
  await inbox.signIn(nora, email);
  expect(found.filter((line) => !/status of 422/.test(line))).toEqual([]);
  await mine.close();
  await theirs.close();
});

plain("a name is on colleagues' screens at once; another password and the list of sessions end what is open elsewhere", async ({ browser }) => {
  const contexts = [await browser.newContext(), await browser.newContext(), await browser.newContext()];
  const [here, elsewhere, colleague] = await Promise.all(contexts.map((context) => context.newPage()));
  const number = newNumber();
  await inbox.customer({ wa_id: number, name: "Ines", text: "hello" });
  const password = async (page: typeof here, now: string, then: string) => {
    await page.goto(`${inbox.base}/whatsapp/profile/`);
    await page.getByLabel("Current password").fill(now);
    await page.getByLabel("New password").fill(then);
    await page.getByRole("button", { name: "Save" }).last().click();
  };
  for (const page of [here, elsewhere]) await inbox.signIn(page, "jonas@shop.example");
  await inbox.signIn(colleague);
  await open(colleague, inbox, `/whatsapp/inbox/${number}/`);
  await complete(colleague);
  await colleague.getByRole("button", { name: "Label, assign, snooze" }).click();
  await colleague.getByRole("dialog", { name: "Label, assign, snooze" }).getByRole("button", { name: "Jonas" }).click();
  await expect(row(colleague, "Ines").locator(".mark", { hasText: "Jonas" })).toHaveCount(1);

  await here.goto(`${inbox.base}/whatsapp/profile/`);
  await here.getByLabel("Your name").fill("Jonas Dahl");
  await here.getByRole("button", { name: "Save" }).first().click();
  await expect(row(colleague, "Ines").locator(".mark", { hasText: "Jonas Dahl" })).toHaveCount(1);

  // The list of sessions ends one of them.
  await here.goto(`${inbox.base}/whatsapp/profile/`);
  await expect(here.locator(".settings__session")).toHaveCount(2);
  await here.getByRole("button", { name: /^Sign out .+/ }).first().click();
  await expect(here.locator(".settings__session")).toHaveCount(1);
  await elsewhere.reload();
  await expect(elsewhere).toHaveURL(/sign-in/);

  // So does another password; a wrong one changes nothing.
  await inbox.signIn(elsewhere, "jonas@shop.example");
  await password(here, "not the password", "another long password");
  await expect(here.getByRole("alert")).toBeVisible();
  await password(here, PASSWORD, "another long password");
  await expect(here.getByRole("alert")).toHaveCount(0);
  await expect(here).toHaveURL(/profile/);
  await elsewhere.reload();
  await expect(elsewhere).toHaveURL(/sign-in/);
  await elsewhere.getByLabel("E-mail").fill("jonas@shop.example");
  await elsewhere.getByLabel("Password").fill("another long password");
  await elsewhere.getByRole("button", { name: "Sign in" }).click();
  await elsewhere.waitForURL("**/whatsapp/inbox/");
  for (const context of contexts) await context.close();
});
