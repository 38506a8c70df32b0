// Answering one message, reacting to it, and finding what was answered.
import { readFileSync } from "node:fs";
import { type Page } from "@playwright/test";
import { box, bubble, complete, expect, log, newNumber, open, picture, readAll, test } from "./inbox";

const menu = (page: Page) => page.locator("#menu");

/** Chooses from the menu of a message. */
async function act(page: Page, text: string, name: string) {
  await bubble(page, text).hover();
  await bubble(page, text).getByRole("button", { name: "More" }).click();
  await menu(page).getByRole("button", { name }).click();
}

for (const width of [1280, 390]) {
  test(`7, 11: a reply quotes its message; the quote leads to it, from however long ago, ${width} px wide`, async ({ page, inbox }) => {
    const number = newNumber();
    await page.setViewportSize({ width, height: 800 });
    await inbox.history(number, ["where is my parcel?", ...Array.from({ length: 120 }, (_, index) => `more ${index}`)]);
    await inbox.customer({ wa_id: number, name: "Ines", text: "and the *lid*?" });
    await open(page, inbox, `/whatsapp/inbox/${number}/`);
    await complete(page);
    await act(page, "and the lid?", "Reply");
    await expect(page.locator(".answer")).toContainText("Ines");
    await expect(page.locator(".answer")).toContainText("and the lid?");
    await expect(box(page)).toBeFocused();
    await box(page).fill("it fits");
    // What is typed keeps what it answers, over a reload and over a look at another chat.
    await page.reload();
    await complete(page);
    await expect(page.locator(".answer")).toContainText("and the lid?");
    await expect(box(page)).toHaveValue("it fits");
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    await box(page).press("Enter");
    await expect(bubble(page, "it fits").locator(".quote")).toContainText("and the lid?");
    await expect(page.locator(".answer")).toHaveCount(0);
    await expect.poll(async () => (await inbox.bodies(number)).map(({ text, context }) => [text!.body, !!context?.message_id])).toEqual([["it fits", true]]);

    // Escape: no reply after all.
    await act(page, "it fits", "Reply");
    await expect(page.locator(".answer")).toContainText("Us");
    await page.keyboard.press("Escape");
    await expect(page.locator(".answer")).toHaveCount(0);

    // The original is far above, not even loaded.
    const first = "wamid.h" + number + "x0";
    await inbox.messages([{ id: `wamid.q${number}`, from: number, timestamp: String(Math.floor(Date.now() / 1000)), type: "text", text: { body: "I asked before" }, context: { id: first } } as { id: string }], number, "Ines");
    await readAll(page);
    await page.reload();
    await complete(page);
    await expect(log(page).locator(".bubble__body", { hasText: "where is my parcel?" })).toHaveCount(0);
    await bubble(page, "I asked before").locator(".quote").click();
    await expect(log(page).locator(".bubble[data-found]")).toContainText("where is my parcel?");
    await expect(log(page).locator(".bubble[data-found]")).toBeInViewport();
    // It flashes, and the way back is offered.
    await expect.poll(() => log(page).locator(".bubble[data-found]").evaluate((found) => getComputedStyle(found).outlineColor)).toMatch(/ \/ 0\)$|, 0\)$/);
    await page.getByRole("button", { name: "Back to the answer" }).click();
    await expect(bubble(page, "I asked before")).toBeInViewport();
    await expect(page.getByRole("button", { name: "Back to the answer" })).toHaveCount(0);
  });
}

test("11: what is answered is quoted with its kind and its picture; R and a pull aside answer, too", async ({ page, inbox }) => {
  const number = newNumber();
  await inbox.customer({ wa_id: number, name: "Ines", text: "the first" });
  await inbox.customer({ wa_id: number, message: { type: "image", image: await inbox.file("image/png", await picture(page, "teal")) } });
  await page.addInitScript(() => localStorage.setItem("single-keys", "1"));
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await complete(page);
  const above = page.locator(".answer .quote");
  await expect(log(page).locator(".picture img")).toBeVisible();
  await log(page).locator(".bubble", { has: page.locator(".picture") }).getByRole("button", { name: "More" }).focus();
  await page.keyboard.press("r");
  await expect(above.locator("img")).toBeVisible();
  await expect(above).toHaveAttribute("data-kind", "image");
  await expect(box(page)).toBeFocused();
  await page.keyboard.type("lovely");
  await page.keyboard.press("Enter");
  for (const again of [false, true]) {
    if (again) await open(page, inbox, `/whatsapp/inbox/${number}/`);
    const quote = bubble(page, "lovely").locator(".quote");
    await expect(quote).toContainText("Ines");
    await expect(quote).toHaveAttribute("data-kind", "image");
    await expect.poll(() => quote.locator("img").evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
  }

  await complete(page);
  const pull = (x: number, y: number) =>
    bubble(page, "the first").evaluate((target, [x, y]) => {
      const finger = (type: string, clientX: number, clientY: number) => target.dispatchEvent(new PointerEvent(type, { bubbles: true, pointerType: "touch", isPrimary: true, clientX, clientY }));
      finger("pointerdown", 10, 10);
      finger("pointermove", 10 + x, 10 + y);
      finger("pointerup", 10 + x, 10 + y);
      return (target as HTMLElement).style.translate;
    }, [x, y]);
  // Not far enough, and more down than aside.
  expect([await pull(40, 0), await pull(90, 40)]).toEqual(["", ""]);
  await expect(above).toHaveCount(0);
  // A second finger lets it go.
  const left = await bubble(page, "the first").evaluate((target) => {
    const finger = (type: string, isPrimary: boolean, clientX: number) => target.dispatchEvent(new PointerEvent(type, { bubbles: true, pointerType: "touch", isPrimary, clientX, clientY: 10 }));
    finger("pointerdown", true, 10);
    finger("pointermove", true, 40);
    const pulled = (target as HTMLElement).style.translate;
    finger("pointerdown", false, 90);
    return [pulled, (target as HTMLElement).style.translate];
  });
  expect(left).toEqual(["30px", ""]);
  await pull(70, 4);
  await expect(above).toContainText("the first");
});

test("47: a file answers a message as words do, once", async ({ page, inbox }) => {
  const number = newNumber();
  await inbox.customer({ wa_id: number, name: "Ines", text: "which lid is it?" });
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await complete(page);
  await act(page, "which lid is it?", "Reply");
  await page.getByLabel("Attach files").setInputFiles(["a.pdf", "b.pdf"].map((name) => ({ name, mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7") })));
  await page.getByRole("button", { name: "Send 2 files" }).click();
  await expect(log(page).locator(".bubble", { hasText: "a.pdf" }).locator(".quote")).toContainText("which lid is it?");
  await expect(page.locator(".answer")).toHaveCount(0);
  // Words do not wait for files that are still on their way up.
  await expect.poll(async () => (await inbox.bodies(number)).length).toBe(2);
  await box(page).fill("and words");
  await box(page).press("Enter");
  await expect.poll(async () => (await inbox.bodies(number)).map(({ type, context }) => [type, !!context?.message_id])).toEqual([["document", true], ["document", false], ["text", false]]);
});

test("68: a card of a message is saved for the address book", async ({ page, inbox }) => {
  const number = newNumber();
  await inbox.customer({ wa_id: number, message: { type: "contacts", contacts: [{ name: { formatted_name: "Ines Duarte" }, phones: [{ phone: "+351 910 000 123" }] }] } });
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await complete(page);
  await bubble(page, "Ines Duarte").getByRole("button", { name: "More" }).click();
  const [saved] = await Promise.all([page.waitForEvent("download"), menu(page).getByRole("link", { name: "Save as a contact" }).click()]);
  expect(saved.suggestedFilename()).toBe("Ines Duarte.vcf");
  expect(readFileSync(await saved.path(), "utf8")).toContain("FN:Ines Duarte\r\nTEL:+351 910 000 123\r\n");
});

test("the header says how long can be answered freely", async ({ page, inbox }) => {
  const number = newNumber();
  await inbox.customer({ wa_id: number, text: "hi" });
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await expect(page.locator(".thread__bar")).toContainText(/2[34] h left/);
});

for (const width of [1280, 390]) test(`62: an emoji is put on a message, changed and taken back, ${width} px wide`, async ({ page, inbox }) => {
  await page.setViewportSize({ width, height: 844 });
  const number = newNumber();
  await inbox.customer({ wa_id: number, name: "Ines", text: "thank you!" });
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await complete(page);
  const choose = async (emoji: string) => {
    await act(page, "thank you!", `React with ${emoji}`);
    await expect(menu(page)).toBeHidden();
  };
  await choose("❤️");
  await expect(bubble(page, "thank you!").locator(".bubble__reactions")).toHaveText("❤️");
  await choose("👍");
  await expect(bubble(page, "thank you!").locator(".bubble__reactions")).toHaveText("👍");
  await choose("👍");
  await expect(bubble(page, "thank you!").locator(".bubble__reactions")).toHaveCount(0);
  await expect.poll(async () => (await inbox.bodies(number)).map(({ reaction }) => reaction?.emoji)).toEqual(["❤️", "👍", ""]);
  await expect(page.locator(`.row[href*="${number}"]`)).toContainText("thank you!");
});

for (const width of [1280, 390]) test(`62: reactions that are alike are counted; a click takes ours back, or offers the emoji, ${width} px wide`, async ({ page, inbox }) => {
  await page.setViewportSize({ width, height: 844 });
  const number = newNumber();
  const { id } = await inbox.customer({ wa_id: number, name: "Ines", text: "thank you!" });
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await complete(page);
  await inbox.customer({ wa_id: number, message: { type: "reaction", reaction: { message_id: id, emoji: "❤️" } } });
  const reactions = bubble(page, "thank you!").locator(".bubble__reactions");
  await expect(reactions).toHaveText("❤️");
  await reactions.focus();
  await expect(reactions).toHaveAttribute("title", /: ❤️\nPress to react, too/);
  await reactions.click();
  await menu(page).getByRole("button", { name: "React with ❤️" }).click();
  await expect(reactions).toHaveText("❤️2");
  await reactions.hover();
  await expect(reactions).toHaveAttribute("title", /Ines/);
  await reactions.click();
  await expect(reactions).toHaveText("❤️");
  await expect(menu(page)).toBeHidden();
  await expect.poll(async () => (await inbox.bodies(number)).map(({ reaction }) => reaction?.emoji)).toEqual(["❤️", ""]);
});

test("71: the other button opens a message's menu, from which its words are copied; over links the browser's own comes", async ({ page, inbox, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const number = newNumber();
  await inbox.customer({ wa_id: number, name: "Words", text: "the *code* is 4711, see https://example.com" });
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await complete(page);
  await log(page).locator(".bubble__body").last().click({ button: "right", position: { x: 20, y: 8 } });
  await menu(page).getByRole("button", { name: "Copy the text" }).click();
  await expect(page.getByText("Copied.")).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe("the *code* is 4711, see https://example.com");
  await act(page, "the code is 4711", "Label, assign, snooze");
  await expect(page.getByRole("dialog", { name: "Label, assign, snooze" })).toBeVisible();
  await page.keyboard.press("Escape");
  await log(page).getByRole("link", { name: "example.com" }).click({ button: "right" });
  await expect(menu(page)).toBeHidden();
});

for (const width of [1280, 390]) test(`71: a message goes on to somebody else, words and photo, once; the dialog names them, ${width} px wide`, async ({ page, inbox, allowed }) => {
  await page.setViewportSize({ width, height: 844 });
  allowed.push(/status of 422/);
  const [from, to, closed] = [newNumber(), newNumber(), newNumber()];
  await inbox.history(closed, ["long ago"], 26 * 60);
  await inbox.customer({ wa_id: to, name: `Courier ${to}`, text: "which door?" });
  await inbox.customer({ wa_id: from, name: "Ines", text: "the *green* door" });
  const photo = await page.evaluate(async () => {
    const canvas = new OffscreenCanvas(80, 60);
    canvas.getContext("2d")!.fillRect(0, 0, 80, 60);
    return [...new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer())];
  });
  await inbox.customer({ wa_id: from, message: { type: "image", image: { ...(await inbox.file("image/png", Buffer.from(photo))), caption: "this one" } } });
  await open(page, inbox, `/whatsapp/inbox/${from}/`);
  await complete(page);
  await expect(log(page).locator(".picture img")).toBeVisible();
  const dialog = page.getByRole("dialog", { name: "Forward" });
  const choose = async (number: string, name: string) => {
    await dialog.getByPlaceholder("Name, number or words").fill(number);
    await expect(dialog.locator(".make__option")).toHaveCount(1);
    await dialog.locator(".make__option", { hasText: name }).click();
  };
  await act(page, "the green door", "Forward");
  await expect(dialog.getByRole("button", { name: "Forward", exact: true })).toBeDisabled();
  // Whom WhatsApp lets us not write to: the reason stays in the dialog, and another can be chosen.
  await choose(closed, "Customer");
  await dialog.getByRole("button", { name: "Forward to" }).click();
  await expect(dialog.getByRole("alert")).toContainText("24 hours");
  await choose(to, "Courier");
  await dialog.getByRole("button", { name: `Forward to Courier ${to}` }).dblclick();
  await expect(page).toHaveURL(new RegExp(`/${to}/`));
  await expect(bubble(page, "the green door")).toBeVisible();
  await page.goBack();
  await expect(log(page).locator(".picture img")).toBeVisible();
  await act(page, "this one", "Forward");
  await choose(to, "Courier");
  await dialog.getByRole("button", { name: `Forward to Courier ${to}` }).click();
  await expect(bubble(page, "this one").locator(".picture img")).toBeVisible();
  await expect.poll(async () => (await inbox.bodies(to)).map((body) => body.type === "image" ? (body.image as { caption: string }).caption : (body.text as { body: string }).body)).toEqual(["the *green* door", "this one"]);
  expect(await inbox.sent(closed)).toEqual([]);
});

test("73: what became of a message is told step by step", async ({ page, inbox }) => {
  const number = newNumber();
  await inbox.customer({ wa_id: number, text: "hi" });
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await complete(page);
  await box(page).fill("on its way");
  await box(page).press("Enter");
  await expect(bubble(page, "on its way")).toHaveAttribute("data-state", "read");
  await act(page, "on its way", "Details");
  const details = page.getByRole("dialog", { name: "Details" });
  for (const word of ["Written by", "Mira", "Sent off here", "Accepted by WhatsApp", "Sent", "Delivered", "Read", "wamid."]) await expect(details).toContainText(word);
  await details.getByRole("button", { name: "Close" }).click();
  await expect(details).toBeHidden();

  await inbox.faults([{ fault: "error", code: 131026, status: 400 }]);
  await box(page).fill("will not arrive");
  await box(page).press("Enter");
  await expect(bubble(page, "will not arrive")).toHaveAttribute("data-state", "failed");
  await act(page, "will not arrive", "Details");
  await expect(details).toContainText("131026");
  // When it failed, too.
  await expect(details.locator("dt", { hasText: /^Failed$/ })).toHaveCount(1);
  await page.keyboard.press("Escape");
  await expect(details).toBeHidden();
});

test("94: replying and reacting without a pointer", async ({ page, inbox }) => {
  const number = newNumber();
  await inbox.customer({ wa_id: number, text: "first" });
  await inbox.customer({ wa_id: number, text: "second" });
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await complete(page);
  await box(page).focus();
  await page.keyboard.press("ArrowUp");
  await expect(bubble(page, "second").getByRole("button", { name: "More" })).toBeFocused();
  await page.keyboard.press("ArrowUp");
  await expect(bubble(page, "first").getByRole("button", { name: "More" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(menu(page).getByRole("button", { name: "React with 👍" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(bubble(page, "first").locator(".bubble__reactions")).toHaveText("👍");
  await expect(bubble(page, "first").getByRole("button", { name: "More" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(box(page)).toBeFocused();
});

test("a part of the page that does not come is asked for again", async ({ page, inbox, allowed }) => {
  allowed.push(/Failed to (fetch|load resource)/);
  const number = newNumber();
  await inbox.customer({ wa_id: number, text: "hi" });
  await page.route("**/whatsapp-inbox.later.wasm*", (route) => route.abort());
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await expect(page.getByText("A part of the page could not be loaded")).toBeVisible();
  await expect(page.getByLabel("Attach files")).toBeDisabled();
  await page.unroute("**/whatsapp-inbox.later.wasm*");
  // At once: a pointer on its way would make the page look, and ask by itself.
  await page.getByRole("button", { name: "Try again" }).dispatchEvent("click");
  await complete(page);
  await expect(page.getByText("A part of the page could not be loaded")).toHaveCount(0);
  await act(page, "hi", "Reply");
  await expect(page.locator(".answer")).toContainText("hi");

  // Parts of two builds do not fit: another build's are not here.
  const script = await page.locator("link[rel=modulepreload]").getAttribute("href");
  expect((await page.request.get(inbox.base + script)).headers()["cache-control"]).toContain("immutable");
  expect((await page.request.get(`${inbox.base}/pkg/whatsapp-inbox.later.wasm?v=another`)).status()).toBe(404);
});

test("12, 71: a message's link opens its thread there; one that is gone says so", async ({ page, inbox, context, allowed }) => {
  allowed.push(/status of 404/);
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const number = newNumber();
  await inbox.history(number, ["the first word", ...Array.from({ length: 120 }, (_, index) => `more ${index}`)]);
  await inbox.customer({ wa_id: number, name: "Ines", text: "see the first word" });
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await complete(page);
  await act(page, "see the first word", "Copy a link to this");
  await expect(page.getByText("Copied.")).toBeVisible();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).toMatch(/\/whatsapp\/inbox\/[0-9a-f-]{36}\/#message-/);
  await page.goto(`${inbox.base}/whatsapp/inbox/`);
  await page.goto(link);
  await expect(log(page).locator(".bubble[data-found]")).toContainText("see the first word");
  await page.goto(`${inbox.base}/whatsapp/inbox/`);
  await page.goto(`${link.split("#")[0]}#message-no-such`);
  await expect(page.getByText("The original message is not available")).toBeVisible();
});

test("71, 118: a message is deleted for the whole team after a question that names the customer", async ({ page, inbox, browser }) => {
  const number = newNumber();
  await inbox.customer({ wa_id: number, name: "Ines", text: "hello" });
  await inbox.customer({ wa_id: number, name: "Ines", text: "my card number is 4711" });
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await complete(page);
  const other = await (await browser.newContext({ storageState: await page.context().storageState() })).newPage();
  await other.goto(`${inbox.base}/whatsapp/inbox/${number}/`);
  await expect(bubble(other, "my card number is 4711")).toBeVisible();
  await bubble(page, "my card number").hover();
  await bubble(page, "my card number").getByRole("button", { name: "More" }).click();
  await menu(page).getByText("Delete here…").click();
  await expect(menu(page)).toContainText("Ines keeps it on their phone");
  await expect(menu(page).getByRole("button", { name: "Delete", exact: true })).toBeInViewport({ ratio: 1 });
  await menu(page).getByRole("button", { name: "Delete", exact: true }).click();
  for (const seen of [page, other]) {
    await expect(seen.locator(".bubble", { hasText: "4711" })).toHaveCount(0);
    await expect(log(seen)).toContainText("deleted a message here");
    await expect(seen.locator(`.row[href*="${number}"]`)).toContainText("hello");
  }
});

test("62: whose a reaction is, is said under the pointer and in the details", async ({ page, inbox }) => {
  const number = newNumber();
  const { id } = await inbox.customer({ wa_id: number, name: "Ines", text: "thank you!" });
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await complete(page);
  await act(page, "thank you!", "React with ❤️");
  await inbox.customer({ wa_id: number, message: { type: "reaction", reaction: { message_id: id, emoji: "🎉" } } });
  const shown = bubble(page, "thank you!").locator(".bubble__reactions");
  await expect(shown).toHaveText("❤️ 🎉");
  await shown.hover();
  await expect(shown).toHaveAttribute("title", "Us: ❤️\nInes: 🎉\nPress to take ours back");
  await act(page, "thank you!", "Details");
  await expect(page.locator("#details")).toContainText("Reaction of Ines🎉");
});
