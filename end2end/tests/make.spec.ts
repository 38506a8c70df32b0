// What is made of parts: templates, places, cards, questions, links, voice notes; each reaches WhatsApp once, as it was filled in.
import { test, expect, open, newNumber, log, box, bubble, picture, type Inbox, type Page } from "./inbox";

test.use({ launchOptions: async ({ launchOptions }, use) => use({ ...launchOptions, args: [...launchOptions.args!, "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"] }) });

const HOUR = 3600;
const ago = (seconds: number) => String(Math.floor(Date.now() / 1000) - seconds);

/** The thread of somebody who wrote a moment ago. */
async function thread(page: Page, inbox: Inbox): Promise<string> {
  const wa_id = newNumber();
  await inbox.customer({ wa_id, text: "hello" });
  await open(page, inbox, `/whatsapp/inbox/${wa_id}/`);
  await page.waitForSelector("body[data-complete]");
  return wa_id;
}

const dialog = (page: Page) => page.getByRole("dialog");

async function more(page: Page, name: string) {
  await page.getByRole("button", { name: "Send something else" }).click();
  await page.getByRole("button", { name, exact: true }).click();
}

const send = (page: Page) => dialog(page).getByRole("button", { name: "Send", exact: true }).click();

async function last(inbox: Inbox, wa_id: string): Promise<any> {
  await expect.poll(async () => (await inbox.bodies(wa_id)).length).toBe(1);
  const [body] = await inbox.bodies(wa_id);
  return body[body.type!];
}

for (const width of [1280, 390]) {
  test.describe(`${width} px wide`, () => {
    test.use({ viewport: { width, height: 844 } });

    test("54: a closed window takes a template, which carries what was typed", async ({ page, inbox }) => {
      const wa_id = newNumber();
      await inbox.messages([{ id: `wamid.t${wa_id}`, from: wa_id, timestamp: ago(24 * HOUR - 12), type: "text", text: { body: "Is it ready?" } } as any], wa_id);
      await open(page, inbox, `/whatsapp/inbox/${wa_id}/`);
      await box(page).fill("Your order\nis ready");
      await expect(page.getByText("takes only templates")).toBeVisible({ timeout: 30_000 });
      await expect(box(page)).toHaveValue("Your order\nis ready");
      await page.getByRole("button", { name: "Choose a template" }).click();
      await dialog(page).getByRole("searchbox").fill("answer question");
      await dialog(page).getByRole("button", { name: /follow up en_GB/ }).click();
      await expect(dialog(page).getByLabel("1", { exact: true })).toHaveValue("Your order is ready");
      await expect(dialog(page).locator(".bubble")).toContainText("answer to your question: Your order is ready");
      await send(page);
      await expect(bubble(page, "answer to your question: Your order is ready")).toContainText("Corner bakery");
      await expect(box(page)).toHaveValue("");
      expect(await last(inbox, wa_id)).toEqual({ name: "follow_up", language: { code: "en_GB" }, components: [{ type: "body", parameters: [{ type: "text", text: "Your order is ready" }] }] });
      await page.reload();
      await expect(bubble(page, "answer to your question: Your order is ready")).toBeVisible();
    });

    test("a question with answers, a list and a link are seen as the customer gets them", async ({ page, inbox }) => {
      const wa_id = await thread(page, inbox);
      await more(page, "Question with answers");
      await dialog(page).getByLabel("Text", { exact: true }).fill("Which day?");
      await dialog(page).getByLabel(/Answers/).fill("Monday\nMonday");
      await send(page);
      await expect(dialog(page).getByRole("alert")).toContainText("twice");
      await dialog(page).getByLabel(/Answers/).fill("Monday\nTuesday");
      await send(page);
      await expect(bubble(page, "Which day?").getByRole("listitem")).toHaveText(["Monday", "Tuesday"]);
      expect((await last(inbox, wa_id)).action.buttons.map((button: any) => button.reply.title)).toEqual(["Monday", "Tuesday"]);

      await more(page, "List of choices");
      await dialog(page).getByLabel("Text", { exact: true }).fill("When?");
      await dialog(page).getByLabel(/Button/).fill("Times");
      await dialog(page).getByLabel(/Choices/).fill("Morning; eight to ten\nEvening");
      await send(page);
      await expect(bubble(page, "When?").getByRole("listitem")).toHaveText(["Morning", "Evening"]);
      await more(page, "Link as a button");
      await dialog(page).getByLabel("Text", { exact: true }).fill("See our menu");
      await dialog(page).getByLabel("Button", { exact: true }).fill("Open");
      await dialog(page).getByLabel(/Address/).fill("https://bakery.example/menu");
      await send(page);
      await expect(bubble(page, "See our menu").getByRole("listitem")).toHaveText(["Open"]);
      await expect.poll(async () => (await inbox.bodies(wa_id)).map((body) => body.interactive?.type)).toEqual(["button", "list", "cta_url"]);
    });
  });
}

for (const width of [1280, 390]) test(`53: a place and a card go out, and their windows keep what was filled in when they do not, ${width} px wide`, async ({ page, inbox, context }) => {
  await page.setViewportSize({ width, height: 844 });
  const wa_id = await thread(page, inbox);
  await more(page, "Place");
  await dialog(page).getByLabel("Latitude, longitude").fill("here");
  await send(page);
  await expect(dialog(page).getByRole("alert")).toContainText("two numbers");
  await context.setGeolocation({ latitude: 59.9139, longitude: 10.7522 });
  await context.grantPermissions(["geolocation"]);
  await dialog(page).getByRole("button", { name: "Use my position" }).click();
  await expect(dialog(page).getByLabel("Latitude, longitude")).toHaveValue("59.913900, 10.752200");
  await dialog(page).getByLabel("Name").fill("Corner bakery");
  await page.route("**/messages/make", (route) => route.abort());
  await send(page);
  await expect(dialog(page).getByRole("alert")).toContainText("cannot be reached");
  await page.unroute("**/messages/make");
  await expect(dialog(page).getByLabel("Name")).toHaveValue("Corner bakery");
  await send(page);
  await expect(bubble(page, "Corner bakery")).toContainText("59.913900, 10.752200");
  expect(await last(inbox, wa_id)).toEqual({ latitude: 59.9139, longitude: 10.7522, name: "Corner bakery" });

  await more(page, "Contact card");
  await dialog(page).getByLabel("Name").fill("Ines Duarte");
  await dialog(page).getByLabel(/Phone/).fill("+44 7700 900456");
  await send(page);
  await expect(bubble(page, "Ines Duarte")).toContainText("+44 7700 900456");
  await expect.poll(async () => (await inbox.bodies(wa_id)).at(-1)?.contacts).toEqual([
    { name: { formatted_name: "Ines Duarte", first_name: "Ines Duarte" }, phones: [{ phone: "+44 7700 900456", wa_id: "447700900456" }] },
  ]);
});
test.use({ allowed: [/net::ERR_FAILED|status of 409/] });

for (const width of [1280, 390]) test(`121: a template with a photo above it takes one, and only one of its kind, ${width} px wide`, async ({ page, inbox }) => {
  await page.setViewportSize({ width, height: 844 });
  const wa_id = await thread(page, inbox);
  await more(page, "Template");
  await expect(dialog(page).getByRole("button", { name: /feedback/ })).toBeDisabled();
  await expect(dialog(page).getByRole("button", { name: /autumn sale/ })).toContainText("refused it (promotional)");
  await expect(dialog(page).getByRole("button", { name: /cakes of the week/ })).toContainText("Rye loaf");
  await dialog(page).getByRole("button", { name: /order ready/ }).click();
  await dialog(page).getByLabel(/File above the text/).setInputFiles({ name: "cake.png", mimeType: "image/png", buffer: await picture(page, "teal") });
  await send(page);
  await expect(bubble(page, "ready to be collected").locator(".picture img")).toBeVisible();
  const template = await last(inbox, wa_id);
  expect(template.components).toEqual([{ type: "header", parameters: [{ type: "image", image: { id: expect.any(String) } }] }]);
});

for (const width of [1280, 390]) test(`121: a template with a place above it is filled in, and stands first when it was used last, ${width} px wide`, async ({ page, inbox }) => {
  await page.setViewportSize({ width, height: 844 });
  const wa_id = await thread(page, inbox);
  await more(page, "Template");
  await expect(dialog(page).locator(".make__option").first()).not.toContainText("pick up here");
  await dialog(page).getByRole("searchbox").fill("pick utility");
  await dialog(page).getByRole("button", { name: /pick up here/ }).click();
  const values = ["59.9139, 10.7522", "Corner bakery", "Storgata 1, Oslo", "Ines", "six"];
  for (const [at, value] of values.entries()) await dialog(page).getByRole("textbox").nth(at).fill(value);
  await expect(dialog(page).locator(".bubble")).toContainText("Corner bakery Storgata 1, Oslo");
  await send(page);
  await expect(bubble(page, "Ines, your order waits for you here until six.")).toBeVisible();
  const [header, body] = (await last(inbox, wa_id)).components;
  expect(header.parameters).toEqual([{ type: "location", location: expect.objectContaining({ name: "Corner bakery", address: "Storgata 1, Oslo" }) }]);
  expect([Number(header.parameters[0].location.latitude), Number(header.parameters[0].location.longitude)]).toEqual([59.9139, 10.7522]);
  expect(body.parameters.map(({ text }: any) => text)).toEqual(["Ines", "six"]);
  await more(page, "Template");
  await expect(dialog(page).locator(".make__option").first()).toContainText("pick up here");
});

test("a template that Meta adds is there when the agent asks again", async ({ page, inbox }) => {
  await thread(page, inbox);
  const before = await inbox.templates();
  await inbox.putTemplates([...before, { name: "new_one", language: "en_GB", status: "APPROVED", category: "UTILITY", components: [{ type: "BODY", text: "Brand new" }] }]);
  await more(page, "Template");
  await dialog(page).getByRole("button", { name: "Ask WhatsApp again" }).click();
  await expect(dialog(page).getByRole("button", { name: /new one/ })).toBeEnabled();
  await inbox.putTemplates(before);
});

for (const width of [1280, 390]) test(`44: a voice note is recorded, heard, and sent as one that WhatsApp plays, ${width} px wide`, async ({ page, inbox }) => {
  await page.setViewportSize({ width, height: 844 });
  const wa_id = await thread(page, inbox);
  await page.getByRole("button", { name: "Record a voice note" }).click();
  await expect(page.getByText("Recording for")).toBeVisible();
  await expect(page.locator(".voice time")).toHaveText("0:02");
  // It is seen that something is heard; a pause does not count, and can be ended.
  await expect.poll(() => page.getByRole("meter", { name: "Loudness" }).evaluate((meter: HTMLMeterElement) => meter.value)).toBeGreaterThan(0.05);
  await page.getByRole("button", { name: "Pause" }).click();
  const paused = await page.locator(".voice time").textContent();
  await expect.poll(() => page.getByRole("meter", { name: "Loudness" }).evaluate((meter: HTMLMeterElement) => meter.value)).toBe(0);
  // That a clock stands still is only seen when time passes: longer than the second it would have shown.
  await page.waitForTimeout(1500);
  await expect(page.locator(".voice time")).toHaveText(paused!);
  await page.getByRole("button", { name: "Go on" }).click();
  await expect(page.locator(".voice time")).not.toHaveText(paused!);
  await page.getByRole("button", { name: "Done" }).click();
  const tray = page.getByRole("form", { name: "Files to send" });
  await expect(tray.locator("audio")).toBeVisible();
  expect(await inbox.bodies(wa_id)).toEqual([]);
  await tray.getByRole("button", { name: "Send the file" }).click();
  await expect(log(page).locator(".recording audio")).toBeVisible();
  const audio = await last(inbox, wa_id);
  expect(audio.voice).toBe(true);
  const file = await inbox.upload(audio.id);
  // The customer has heard it.
  await expect(log(page).locator(".bubble", { has: page.locator(".recording") }).locator(".tick")).toHaveAttribute("aria-label", "played", { timeout: 15_000 });
  expect([file.type, file.bytes.subarray(0, 4).toString(), file.bytes.includes("OpusHead")]).toEqual(["audio/ogg", "OggS", true]);

  await page.getByRole("button", { name: "Record a voice note" }).click();
  await expect(page.getByText("Recording for")).toBeVisible();
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByText("Recording for")).toBeHidden();
  await expect(tray).toBeHidden();
});

test("98: what was filled in survives Escape, another chat, and a new version; it goes to whom it was begun for", async ({ page, inbox }) => {
  const [first, second] = [await thread(page, inbox), newNumber()];
  await inbox.customer({ wa_id: second, text: "me, too" });
  await more(page, "Question with answers");
  await expect(dialog(page).getByRole("heading")).toContainText(first.slice(-3));
  await dialog(page).getByLabel("Text", { exact: true }).fill("Which day?");
  await page.keyboard.press("Escape");
  await expect(dialog(page).getByRole("alert")).toContainText("Cancel throws away");
  await expect(dialog(page).getByLabel("Text", { exact: true })).toHaveValue("Which day?");
  await page.evaluate((to) => { history.pushState(null, "", to); dispatchEvent(new PopStateEvent("popstate")); }, `/whatsapp/inbox/${second}/`);
  await expect(bubble(page, "me, too")).toBeVisible();
  await box(page).evaluate((field: HTMLTextAreaElement) => { field.value = "for the second"; field.dispatchEvent(new Event("input", { bubbles: true })); });
  await dialog(page).getByLabel(/Answers/).fill("Monday");
  await send(page);
  await expect(dialog(page)).toBeHidden();
  expect((await last(inbox, first)).body.text).toBe("Which day?");
  expect(await inbox.bodies(second)).toEqual([]);
  await expect(box(page)).toHaveValue("for the second");
});

test("C2: an answer that was lost, then another version: the first is not doubled, the second goes as its own", async ({ page, inbox }) => {
  const wa_id = await thread(page, inbox);
  await more(page, "Place");
  await dialog(page).getByLabel("Latitude, longitude").fill("1, 2");
  await page.route("**/messages/make", async (route) => { await route.fetch(); await route.abort(); }, { times: 1 });
  await send(page);
  await expect(dialog(page).getByRole("alert")).toContainText("cannot be reached");
  await dialog(page).getByLabel("Latitude, longitude").fill("3, 4");
  await send(page);
  await expect(dialog(page).getByRole("alert")).toContainText("first version of this message did arrive");
  await send(page);
  await expect(dialog(page)).toBeHidden();
  await expect.poll(async () => (await inbox.bodies(wa_id)).map(({ location }) => location.latitude)).toEqual([1, 3]);
});

test("what failed and is no text cannot be turned into one", async ({ page, inbox }) => {
  const wa_id = await thread(page, inbox);
  await inbox.faults([{ fault: "error", code: 131026, status: 400 }]);
  await more(page, "Place");
  await dialog(page).getByLabel("Latitude, longitude").fill("1, 2");
  await send(page);
  const failed = log(page).locator('.bubble[data-state="failed"]');
  await expect(failed.getByRole("button", { name: "Send again" })).toBeVisible();
  await expect(failed.getByRole("button", { name: "Edit" })).toHaveCount(0);
  await failed.getByRole("button", { name: "Send again" }).click();
  await expect.poll(async () => (await inbox.bodies(wa_id)).map(({ location }) => location?.latitude)).toEqual([1]);
});

test("a recording goes on, and stays its customer's, while the agent looks at another", async ({ page, inbox }) => {
  const [first, second] = [await thread(page, inbox), newNumber()];
  await inbox.customer({ wa_id: second, name: `Customer ${second}`, text: "me, too" });
  await page.getByRole("button", { name: "Record a voice note" }).click();
  await expect(page.locator(".voice time")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.locator(".voice")).toHaveCount(0);
  await page.getByRole("button", { name: "Record a voice note" }).dblclick();
  await expect(page.getByText("Recording for")).toContainText(first.slice(-3));
  await page.locator(".row", { hasText: second }).click();
  await expect(bubble(page, "me, too")).toBeVisible();
  await expect(page.locator(".voice time")).toHaveText("0:02");
  await page.getByRole("button", { name: "Done" }).click();
  await expect(page.getByText("The voice note waits in the conversation with")).toBeVisible();
  await expect(page.getByRole("form", { name: "Files to send" })).toBeHidden();
  await page.locator(".row", { hasText: first.slice(-3) }).first().click();
  await page.getByRole("button", { name: "Send the file" }).click();
  expect((await last(inbox, first)).voice).toBe(true);
  expect(await inbox.bodies(second)).toEqual([]);
});
