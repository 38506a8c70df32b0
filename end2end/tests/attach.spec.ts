// Files to customers: picked, dropped or pasted, looked over, and sent one after the other.
import { type Page } from "@playwright/test";
import { box, expect, film, log, movingSticker, newNumber, open, picture, test } from "./inbox";

const PDF = { name: "Offer 7.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7\n%%EOF\n") };
const tray = (page: Page) => page.getByRole("form", { name: "Files to send" });
const item = (page: Page, name: string) => tray(page).getByRole("listitem", { name });
const pick = (page: Page, files: { name: string; mimeType: string; buffer: Buffer }[]) => page.getByLabel("Attach files").setInputFiles(files);
/** Once the page listens for files, several can be picked at once. */
const listens = (page: Page) => expect(page.getByLabel("Attach files")).toHaveJSProperty("multiple", true);

for (const width of [1280, 390]) {
  test(`41: files go out in order, each with its words, ${width} px wide`, async ({ page, inbox }) => {
    const number = newNumber();
    await page.setViewportSize({ width, height: 800 });
    await inbox.customer({ wa_id: number, text: "a photo, please" });
    await open(page, inbox, `/whatsapp/inbox/${number}/`);
    await listens(page);
    await box(page).fill("typed before");
    await pick(page, [{ name: "lid.png", mimeType: "image/png", buffer: await picture(page, "teal") }, PDF]);
    await expect(item(page, "lid.png").locator("img")).toBeVisible();
    await expect(item(page, "Offer 7.pdf")).toContainText("15 B");
    await expect(tray(page).getByRole("button", { name: "Send 2 files" })).toBeEnabled();
    await expect(item(page, "lid.png").getByLabel("Add a caption")).toBeFocused();
    await page.keyboard.type("the *lid*");
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    await page.keyboard.press("Enter");
    await expect(tray(page)).toHaveCount(0);
    await expect(log(page).locator(".bubble").last()).toContainText("Offer 7.pdf");
    await expect(log(page).locator(".picture img")).toBeVisible();
    await expect(log(page).locator("strong")).toHaveText("lid");
    await expect(box(page)).toHaveValue("typed before");
    await expect(box(page)).toBeFocused();
    await expect.poll(async () => (await inbox.bodies(number)).map(({ type, image, document }) => [type, image?.caption ?? document?.filename])).toEqual([["image", "the *lid*"], ["document", "Offer 7.pdf"]]);
  });
}

test("39, 40: files are dropped and pasted; words that were copied stay words", async ({ page, inbox }) => {
  const number = newNumber();
  await inbox.customer({ wa_id: number, text: "hi" });
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await listens(page);
  const give = (event: "drop" | "paste", name: string, words = "") =>
    box(page).evaluate((target, [event, name, words]) => {
      const data = new DataTransfer();
      data.items.add(new File(["%PDF-1.7"], name, { type: "application/pdf" }));
      if (words) data.setData("text/html", `<b>${words}</b>`);
      // A file that was copied has its name beside it.
      data.setData("text/plain", words || name);
      const init = { bubbles: true, cancelable: true };
      target.dispatchEvent(event === "drop" ? new DragEvent("dragover", { ...init, dataTransfer: data }) : new Event("nothing"));
      const is_marked = document.body.hasAttribute("data-drop");
      target.dispatchEvent(event === "drop" ? new DragEvent("drop", { ...init, dataTransfer: data }) : new ClipboardEvent("paste", { ...init, clipboardData: data }));
      return is_marked && !document.body.hasAttribute("data-drop");
    }, [event, name, words]);
  expect(await give("drop", "dropped.pdf")).toBe(true);
  await give("paste", "pasted.pdf");
  await give("paste", "words.pdf", "some words");
  // Nothing takes the typing away.
  await box(page).focus();
  await give("paste", "again.pdf");
  await expect(box(page)).toBeFocused();
  await item(page, "again.pdf").getByRole("button", { name: "Remove" }).click();
  await expect(tray(page).getByRole("listitem")).toHaveCount(2);
  await expect(item(page, "dropped.pdf")).toBeVisible();
  await item(page, "dropped.pdf").getByRole("button", { name: "Remove" }).click();
  await tray(page).getByRole("button", { name: "Send the file" }).click();
  await expect.poll(async () => (await inbox.bodies(number)).map(({ document }) => document?.filename)).toEqual(["pasted.pdf"]);
});

test("40, 41: what WhatsApp does not take is said at once; the rest can go", async ({ page, inbox, allowed }) => {
  allowed.push(/status of 422/);
  const number = newNumber();
  await inbox.customer({ wa_id: number, text: "hi" });
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await listens(page);
  await pick(page, [{ name: "run.exe", mimeType: "application/x-msdownload", buffer: Buffer.from("MZ") }, { name: "empty.pdf", mimeType: "application/pdf", buffer: Buffer.from("") }, PDF]);
  await expect(item(page, "run.exe").getByRole("alert")).toContainText("WhatsApp takes no files of this type");
  await expect(item(page, "empty.pdf").getByRole("alert")).toContainText("The file is empty");
  // A name lies; the bytes decide, on the server.
  await pick(page, [{ name: "photo.jpg", mimeType: "image/jpeg", buffer: Buffer.from("MZ\x90\x00not a photo") }]);
  await tray(page).getByRole("button", { name: "Send 2 files" }).click();
  await expect(item(page, "photo.jpg").getByRole("alert")).toContainText("WhatsApp takes no files of this type");
  await expect.poll(async () => (await inbox.bodies(number)).map(({ document }) => document?.filename)).toEqual(["Offer 7.pdf"]);
  for (const name of ["run.exe", "empty.pdf", "photo.jpg"]) await item(page, name).getByRole("button", { name: "Remove" }).click();
  await expect(tray(page)).toHaveCount(0);
});

test("40: an iPhone's picture is named, what is too large says that it goes as a document, and files change places", async ({ page, inbox, allowed }) => {
  // It is no picture at all: that it cannot wait on the server is said when it is sent.
  allowed.push(/status of 422/);
  const number = newNumber();
  await inbox.customer({ wa_id: number, text: "hi" });
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await listens(page);
  const pdf = (name: string) => ({ ...PDF, name });
  await pick(page, [{ name: "IMG_1.heic", mimeType: "image/heic", buffer: Buffer.from("ftypheic") }, { name: "film.mp4", mimeType: "video/mp4", buffer: Buffer.alloc(17 * 1024 * 1024) }, pdf("a.pdf"), pdf("b.pdf")]);
  await expect(item(page, "IMG_1.heic").getByRole("alert")).toContainText("WhatsApp takes no HEIC pictures. Save it as JPEG first");
  await expect(item(page, "film.mp4")).toContainText("as a document");
  for (const name of ["IMG_1.heic", "film.mp4"]) await item(page, name).getByRole("button", { name: "Remove" }).click();
  await expect(item(page, "a.pdf").getByRole("button", { name: "Move up" })).toHaveCount(0);
  await item(page, "b.pdf").getByRole("button", { name: "Move up" }).press("Enter");
  await expect(item(page, "b.pdf").getByRole("button", { name: "Remove" })).toBeFocused();
  await tray(page).getByRole("button", { name: "Send 2 files" }).click();
  await expect.poll(async () => (await inbox.bodies(number)).map(({ document }) => document?.filename)).toEqual(["b.pdf", "a.pdf"]);
});

for (const width of [1280, 390]) test(`a sticker and a film go out as such; a film that telephones may not play goes as a document, ${width} px wide`, async ({ page, inbox }) => {
  await page.setViewportSize({ width, height: 844 });
  const number = newNumber();
  await inbox.customer({ wa_id: number, text: "hi" });
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await listens(page);
  const files = [
    { name: "thanks.webp", mimeType: "image/webp", buffer: await movingSticker(page) },
    { name: "shop.mp4", mimeType: "video/mp4", buffer: await film(page, "avc1.42E01E") },
    { name: "odd.mp4", mimeType: "video/mp4", buffer: await film(page, "vp9") },
  ];
  await pick(page, files);
  await expect(item(page, "thanks.webp").getByLabel("Add a caption")).toHaveCount(0);
  await tray(page).getByRole("button", { name: "Send 3 files" }).click();
  await expect(tray(page)).toHaveCount(0);
  await expect(log(page).locator(".sticker")).toBeVisible();
  await expect.poll(() => log(page).locator("video").evaluate((video: HTMLVideoElement) => video.videoWidth)).toBe(160);
  await expect(log(page).locator(".paper")).toContainText("odd.mp4");
  await expect.poll(async () => (await inbox.bodies(number)).map(({ type }) => type)).toEqual(["sticker", "video", "document"]);
});

for (const width of [1280, 390]) test(`a photo that WhatsApp cannot read goes as a document, once, ${width} px wide`, async ({ page, inbox }) => {
  await page.setViewportSize({ width, height: 844 });
  const number = newNumber();
  await inbox.customer({ wa_id: number, text: "hi" });
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await listens(page);
  await inbox.faults([{ fault: "error", code: 131053, status: 400 }]);
  await pick(page, [{ name: "lid.png", mimeType: "image/png", buffer: await picture(page, "teal") }]);
  await item(page, "lid.png").getByLabel("Add a caption").fill("the lid");
  await tray(page).getByRole("button", { name: "Send the file" }).click();
  const failed = log(page).locator('.bubble[data-state="failed"]');
  await expect(failed).toContainText("WhatsApp could not read this file.");
  await failed.getByRole("button", { name: "Send as a document" }).click();
  await expect(log(page).locator(".paper")).toContainText("lid.png");
  await expect(failed).toContainText("It was sent again");
  await expect.poll(async () => (await inbox.bodies(number)).map(({ type, document }) => [type, document?.filename, document?.caption])).toEqual([["document", "lid.png", "the lid"]]);
});

test("42: a file that does not go stays with its words, and goes once", async ({ page, inbox, allowed }) => {
  allowed.push(/Failed to load resource/);
  const [number, other] = [newNumber(), newNumber()];
  await inbox.customer({ wa_id: other, text: "somebody else" });
  await inbox.customer({ wa_id: number, text: "hi" });
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await listens(page);
  await pick(page, [PDF]);
  await item(page, PDF.name).getByLabel("Add a caption").fill("our offer");

  // The server gets it, and the answer is lost.
  await page.route("**/send/", async (route) => {
    await route.fetch();
    await route.abort();
  }, { times: 1 });
  await tray(page).getByRole("button", { name: "Send the file" }).click();
  await expect(item(page, PDF.name).getByRole("alert")).toContainText("could not be handed over");
  // Another customer's chat shows nothing of it; it waits where it was put.
  await page.locator(".row", { hasText: "somebody else" }).click();
  await expect(log(page)).toContainText("somebody else");
  await expect(tray(page)).toHaveCount(0);
  await page.locator(`.row[href*="${number}"]`).click();
  await expect(item(page, PDF.name).getByLabel("Add a caption")).toHaveValue("our offer");
  // It may have arrived as it was: it stays as it was.
  await expect(item(page, PDF.name).getByLabel("Add a caption")).not.toBeEditable();
  await tray(page).getByRole("button", { name: "Send the file" }).click();
  await expect(tray(page)).toHaveCount(0);
  await expect(log(page).locator(".bubble", { hasText: "our offer" })).toHaveCount(1);
  await expect.poll(async () => (await inbox.bodies(number)).map(({ document }) => document?.caption)).toEqual(["our offer"]);

  // On its way, it can be stopped.
  await page.route("**/send/", () => {}, { times: 1 });
  await pick(page, [PDF]);
  await tray(page).getByRole("button", { name: "Send the file" }).click();
  await expect(item(page, PDF.name).getByRole("progressbar")).toBeVisible();
  await item(page, PDF.name).getByRole("button", { name: "Cancel" }).click();
  await expect(tray(page)).toHaveCount(0);
  expect(await inbox.bodies(number)).toHaveLength(1);
});

test("44: a microphone that is not allowed is said with what to do, and what was typed stays", async ({ page, inbox }) => {
  const number = newNumber();
  await inbox.customer({ wa_id: number, text: "tell me" });
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await listens(page);
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Browser.setPermission", { permission: { name: "microphone" }, setting: "denied" });
  await page.getByRole("button", { name: "Record a voice note" }).click();
  await expect(page.getByText("The browser does not let the inbox use the microphone. Allow it in the address bar, then try again.")).toBeVisible();
  await box(page).fill("then in words");
  await box(page).press("Enter");
  await expect(log(page).locator(".bubble").last()).toContainText("then in words");
  await cdp.send("Browser.resetPermissions");
});

test("a page with files to send is not left without a question", async ({ page, inbox, allowed }) => {
  allowed.push(/^dialog: beforeunload$/, /ERR_FAILED/);
  const number = newNumber();
  await inbox.customer({ wa_id: number, text: "the offer?" });
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await listens(page);
  // It did not get as far as the server, where it would wait for the agent.
  await page.route(/drafts\/files/, (route) => route.abort());
  await pick(page, [PDF]);
  await expect(item(page, "Offer 7.pdf")).toBeVisible();
  const [asked] = await Promise.all([page.waitForEvent("dialog"), page.close({ runBeforeUnload: true })]);
  expect(asked.type()).toBe("beforeunload");
  await asked.dismiss();
  await tray(page).getByRole("button", { name: /^Send/ }).click();
  await expect(log(page).locator(".bubble").last()).toContainText("Offer 7.pdf");
});
