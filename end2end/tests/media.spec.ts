// Files that customers send: through the webhook, fetched from WhatsApp, onto the page.
import { type Page } from "@playwright/test";
import { type Inbox, expect, film, log, movingSticker, newNumber, open, picture, readAll, row, test } from "./inbox";

/** Opens a thread that was read to its end, as it is after that. */
async function readAllOf(page: Page, inbox: Inbox, number: string) {
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await readAll(page);
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await page.waitForSelector("body[data-complete]");
}

/** Whether an image has been shown with its own pixels. */
const pixels = (page: Page, selector: string) => page.locator(selector).evaluate((image: HTMLImageElement) => image.complete && image.naturalWidth);

for (const width of [1280, 390]) {
  test(`7, 63: a photo appears by itself, keeps its place, and opens large, ${width} px wide`, async ({ page, inbox }) => {
    const number = newNumber();
    await page.setViewportSize({ width, height: 800 });
    await inbox.customer({ wa_id: number, name: `Photo ${number}`, text: "look at this" });
    await open(page, inbox, `/whatsapp/inbox/${number}/`);
    const bytes = await picture(page, "teal");
    await inbox.customer({ wa_id: number, message: { type: "image", image: { ...(await inbox.file("image/png", bytes)), caption: "the *lid*" } } });
    const image = log(page).locator(".picture img");
    await expect(image).toBeVisible();
    await expect.poll(() => pixels(page, ".picture img")).toBe(800);
    expect(await image.evaluate((image) => [image.getAttribute("width"), image.getAttribute("height")])).toEqual(["800", "600"]);
    await expect(log(page).locator(".bubble").last().locator("strong")).toHaveText("lid");
    await expect(log(page).locator(".bubble").last()).toBeInViewport({ ratio: 1 });

    await inbox.customer({ wa_id: number, message: { type: "image", image: await inbox.file("image/png", await picture(page, "tomato")) } });
    await expect(log(page).locator(".picture")).toHaveCount(2);
    await page.waitForSelector("body[data-complete]");
    await log(page).locator(".picture").first().click();
    const dialog = page.getByRole("dialog", { name: "Photo" });
    await expect(dialog).toContainText("1 of 2");
    await expect(dialog.getByRole("button", { name: "Previous" })).toBeDisabled();
    await page.keyboard.press("ArrowRight");
    await expect(dialog).toContainText("2 of 2");
    // The words below it are there, too; on its side it still fits.
    await page.keyboard.press("ArrowLeft");
    await expect(dialog).toContainText("the *lid*");
    const image800 = dialog.locator("img");
    await dialog.getByRole("button", { name: "Rotate" }).click();
    await expect(image800).toHaveAttribute("data-turned", "1");
    const turned = (await image800.boundingBox())!;
    expect(turned.height).toBeGreaterThan(turned.width);
    expect([turned.x >= 0, turned.y >= 0, turned.x + turned.width <= width, turned.y + turned.height <= 800]).toEqual([true, true, true, true]);
    await page.keyboard.press("r");
    await expect(image800).toHaveAttribute("data-turned", "2");
    await page.keyboard.press("ArrowRight");
    await expect(image800).not.toHaveAttribute("data-turned");
    const [saved] = await Promise.all([page.waitForEvent("download"), dialog.getByRole("link", { name: "Download" }).click()]);
    expect(saved.suggestedFilename()).toBe("image.png");
    await page.keyboard.press("ArrowLeft");
    await expect(dialog).toContainText("1 of 2");
    await page.keyboard.press("Escape");
    await expect(dialog).toBeHidden();
    await expect(log(page).locator(".picture").first()).toBeFocused();
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);

    // Full size is of this picture alone, and Back leaves no picture over another customer's thread.
    const other = newNumber();
    await inbox.customer({ wa_id: other, name: `Other ${other}`, text: "somebody else" });
    await log(page).locator(".picture").first().click();
    await dialog.getByRole("button", { name: "Show it in full size" }).click();
    await expect(dialog.getByRole("button", { name: "Fit it into the window" })).toBeVisible();
    await page.keyboard.press("ArrowRight");
    await expect(dialog.getByRole("button", { name: "Show it in full size" })).toBeVisible();
    await page.evaluate((path) => { history.pushState(null, "", path); dispatchEvent(new PopStateEvent("popstate")); }, `/whatsapp/inbox/${other}/`);
    await expect(log(page).locator(".bubble")).toContainText("somebody else");
    await expect(dialog).toHaveCount(0);

    // The same as the server renders it.
    await open(page, inbox, `/whatsapp/inbox/${number}/`);
    await expect(log(page).locator(".picture")).toHaveCount(2);
  });
}

for (const width of [1280, 390]) test(`63: the large view goes on to films, and back to photos that are not loaded yet, ${width} px wide`, async ({ page, inbox }) => {
  await page.setViewportSize({ width, height: 844 });
  const number = newNumber();
  const old = await inbox.file("image/png", await picture(page, "tomato"));
  const timestamp = String(Math.floor(Date.now() / 1000) - 60 * 240);
  await inbox.messages([{ id: `wamid.old${number}`, from: number, timestamp, type: "image", image: old } as { id: string }], number);
  await inbox.history(number, Array.from({ length: 120 }, (_, index) => `more ${index}`));
  await inbox.customer({ wa_id: number, message: { type: "image", image: await inbox.file("image/png", await picture(page, "teal")) } });
  const film = Buffer.from("\0\0\0\x18ftypmp42\0\0\0\0mp42isom", "latin1");
  await inbox.customer({ wa_id: number, message: { type: "video", video: await inbox.file("video/mp4", film) } });
  await readAllOf(page, inbox, number);
  await expect(log(page).locator(".picture")).toHaveCount(1);
  await log(page).locator(".picture").click();
  const dialog = page.getByRole("dialog", { name: "Photo" });
  await expect(dialog).toContainText("1 of 2");
  await page.keyboard.press("ArrowRight");
  await expect(dialog.locator("video")).toBeVisible();
  await expect(dialog.getByRole("button", { name: "Rotate" })).toHaveCount(0);
  // In the film itself the arrows seek.
  await dialog.locator("video").focus();
  await page.keyboard.press("ArrowLeft");
  await expect(dialog).toContainText("2 of 2");
  await dialog.getByRole("button", { name: "Previous" }).focus();
  await page.keyboard.press("ArrowLeft");
  await expect(dialog.getByRole("button", { name: "Previous" })).toBeEnabled();
  await page.keyboard.press("ArrowLeft");
  await expect(dialog).toContainText("1 of 3");
  await expect(dialog.getByRole("button", { name: "Previous" })).toBeDisabled();
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
});

for (const width of [1280, 390]) test(`64: a film plays where it stands, ${width} px wide`, async ({ page, inbox }) => {
  await page.setViewportSize({ width, height: 844 });
  const number = newNumber();
  await inbox.customer({ wa_id: number, text: "look" });
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await inbox.customer({ wa_id: number, message: { type: "video", video: { ...(await inbox.file("video/mp4", await film(page, "avc1.42E01E"))), caption: "our shop" } } });
  const video = log(page).locator("video");
  await expect.poll(() => video.evaluate((video: HTMLVideoElement) => [video.videoWidth, video.videoHeight])).toEqual([160, 120]);
  await expect(log(page).locator(".bubble").last()).toContainText("our shop");
  await video.evaluate((video: HTMLVideoElement) => { video.muted = true; return video.play(); });
  await expect.poll(() => video.evaluate((video: HTMLVideoElement) => video.currentTime)).toBeGreaterThan(0.2);
  await expect(video).toBeInViewport({ ratio: 1 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
});

for (const width of [1280, 390]) test(`66: a sticker that moves stands still for whom nothing may move, ${width} px wide`, async ({ page, inbox }) => {
  await page.setViewportSize({ width, height: 844 });
  const number = newNumber();
  await inbox.customer({ wa_id: number, message: { type: "sticker", sticker: { ...(await inbox.file("image/webp", await movingSticker(page))), animated: true } } });
  await page.emulateMedia({ reducedMotion: "reduce" });
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  const shown = () => log(page).locator(".sticker").evaluate((image: HTMLImageElement) => image.complete && [image.currentSrc.replace(/.*\/media\/[^/]*/, ""), image.naturalWidth > 0]);
  await expect.poll(shown).toEqual(["/thumbnail/", true]);
  await page.emulateMedia({ reducedMotion: "no-preference" });
  await expect.poll(shown).toEqual(["/", true]);
});

for (const width of [1280, 390]) test(`a file that does not come says so, is tried again, and appears without a reload, ${width} px wide`, async ({ page, inbox }) => {
  await page.setViewportSize({ width, height: 844 });
  const number = newNumber();
  await inbox.customer({ wa_id: number, text: "hello" });
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  const file = await inbox.file("image/png", await picture(page, "teal"));
  await inbox.mediaFaults([{ fault: "status", status: 500 }]);
  await inbox.customer({ wa_id: number, message: { type: "image", image: file } });
  const missing = log(page).locator(".missing");
  await expect(missing).toContainText("It did not come yet. Next try at ");
  await missing.getByRole("button", { name: "Try now" }).click();
  await expect(log(page).locator(".picture img")).toBeVisible();
  await expect(missing).toHaveCount(0);

  await inbox.customer({ wa_id: number, message: { type: "video", errors: [{ code: 131052, title: "Media download error" }] } });
  await expect(missing).toContainText("WhatsApp could not pass this file on. Ask the customer to send it again.");
});

for (const width of [1280, 390]) test(`64, 65, 66: a document has its name, a voice note its player, a sticker no bubble, ${width} px wide`, async ({ page, inbox }) => {
  await page.setViewportSize({ width, height: 844 });
  const number = newNumber();
  await inbox.customer({ wa_id: number, name: `Files ${number}`, text: "hello" });
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  const sent = async (kind: string, mime: string, bytes: Buffer, more: object) => inbox.customer({ wa_id: number, message: { type: kind, [kind]: { ...(await inbox.file(mime, bytes)), ...more } } });
  await sent("document", "application/pdf", Buffer.from("%PDF-1.7\n%%EOF"), { filename: "../Größe \u202egpj.pdf", caption: "signed" });
  const paper = log(page).locator(".paper");
  await expect(paper).toContainText("Größe gpj.pdf");
  await expect(paper).toContainText("PDF · 14 B");
  await expect(row(page, `Files ${number}`)).toContainText("signed");
  const [saved] = await Promise.all([page.waitForEvent("download"), paper.click()]);
  expect(saved.suggestedFilename()).toBe("Größe gpj.pdf");

  await sent("document", "image/svg+xml", Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'), { filename: "a.svg" });
  await expect(paper).toHaveCount(2);
  const [page2] = await Promise.all([page.waitForEvent("download"), paper.last().click()]);
  expect(page2.suggestedFilename()).toBe("a.svg");

  const printed = await page.context().newPage();
  await printed.setContent('<p style="break-after: page">one</p><p style="break-after: page">two</p><p>three</p>');
  const pdf = await printed.pdf();
  await printed.close();
  await sent("document", "application/pdf", pdf, { filename: "Three.pdf" });
  await expect(paper.filter({ hasText: "Three.pdf" })).toContainText("PDF · 3 pages");

  await sent("sticker", "image/webp", await picture(page, "gold", "image/webp"), { animated: false });
  await expect(log(page).locator(".sticker")).toBeVisible();
  expect(await log(page).locator(".bubble").last().evaluate((bubble) => getComputedStyle(bubble).backgroundColor)).toBe("rgba(0, 0, 0, 0)");

  await sent("audio", "audio/ogg; codecs=opus", silence(3), { voice: true });
  const player = log(page).locator("audio");
  await expect.poll(() => player.evaluate((audio: HTMLAudioElement) => Math.round(audio.duration))).toBe(3);
  expect((await log(page).locator(".wave path").getAttribute("d"))!.split("M")).toHaveLength(49);
  await log(page).getByRole("button", { name: "Speed: 1×" }).click();
  expect(await player.evaluate((audio: HTMLAudioElement) => audio.playbackRate)).toBe(1.5);
  await expect(log(page).getByRole("button", { name: "Speed: 1.5×" })).toBeVisible();
});

for (const width of [1280, 390]) test(`64: one recording plays at a time; a voice note goes on to the next, ${width} px wide`, async ({ page, inbox }) => {
  await page.setViewportSize({ width, height: 844 });
  const number = newNumber();
  for (let n = 0; n < 2; n++) await inbox.customer({ wa_id: number, message: { type: "audio", audio: { ...(await inbox.file("audio/ogg; codecs=opus", silence(3))), voice: true } } });
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  const [first, second] = [0, 1].map((n) => log(page).locator("audio").nth(n));
  await expect(second).toBeVisible();
  const plays = (player: typeof first) => player.evaluate((audio: HTMLAudioElement) => !audio.paused);
  // Browsers play nothing before a person has touched the page.
  await log(page).getByRole("button", { name: "Speed: 1×" }).first().click();
  await first.evaluate((audio: HTMLAudioElement) => audio.play());
  await second.evaluate((audio: HTMLAudioElement) => audio.play());
  await expect.poll(() => plays(first)).toBe(false);
  expect(await plays(second)).toBe(true);
  await first.evaluate((audio: HTMLAudioElement) => {
    audio.currentTime = audio.duration - 0.2;
    return audio.play();
  });
  await expect.poll(() => plays(second)).toBe(false);
  await expect.poll(() => plays(second)).toBe(true);
  expect(await second.evaluate((audio: HTMLAudioElement) => audio.playbackRate)).toBe(1.5);
});

/** Seconds of silence as OGG with Opus, a page for each packet. */
function silence(seconds: number): Buffer {
  const table = Array.from({ length: 256 }, (_, n) => { let r = n << 24; for (let i = 0; i < 8; i++) r = r & 0x80000000 ? (r << 1) ^ 0x04c11db7 : r << 1; return r >>> 0; });
  const pages: Buffer[] = [];
  const put = (data: Buffer, flags: number, granule: number) => {
    const head = Buffer.alloc(28);
    head.write("OggS");
    head[5] = flags;
    head.writeBigUInt64LE(BigInt(granule), 6);
    head.writeUInt32LE(7, 14);
    head.writeUInt32LE(pages.length, 18);
    head[26] = 1;
    head[27] = data.length;
    const page = Buffer.concat([head, data]);
    let crc = 0;
    for (const byte of page) crc = ((crc << 8) ^ table[((crc >>> 24) ^ byte) & 255]) >>> 0;
    page.writeUInt32LE(crc, 22);
    pages.push(page);
  };
  put(Buffer.from([...Buffer.from("OpusHead"), 1, 1, 0, 0, 0x80, 0xbb, 0, 0, 0, 0, 0]), 2, 0);
  put(Buffer.from([...Buffer.from("OpusTags"), 1, 0, 0, 0, 0x78, 0, 0, 0, 0]), 0, 0);
  for (let n = 1; n <= seconds * 50; n++) put(Buffer.from([0xf8, 0xff, 0xfe]), n === seconds * 50 ? 4 : 0, n * 960);
  return Buffer.concat(pages);
}
