// Kinds that come beside the conversation: the chats from before, other ids, plain recordings, a window that opens again.
import { box, bubble, expect, log, newNumber, open, row, test } from "./inbox";

const ago = (seconds: number) => String(Math.floor(Date.now() / 1000) - seconds);

for (const width of [1280, 390]) {
  test(`what was said before the number came here is read, and makes nothing unread, ${width} px wide`, async ({ page, inbox }) => {
    await page.setViewportSize({ width, height: 844 });
    const number = newNumber();
    await inbox.customer({ wa_id: number, name: `Past ${number}`, text: "hello again" });
    const from = (body: string, seconds: number, sender: string) => ({ id: `wamid.past${number}${seconds}`, from: sender, to: sender === number ? "15550783881" : number, timestamp: ago(seconds), type: "text", text: { body }, history_context: { status: "READ" } });
    const messages = [from("do you still bake rye?", 9_000_000, number), from("every Friday", 8_999_000, "15550783881")];
    await inbox.change("history", { history: [{ metadata: { phase: 0, chunk_order: 1, progress: 100 }, threads: [{ id: number, messages }] }] });
    await open(page, inbox, `/whatsapp/inbox/${number}/`);
    await expect(bubble(page, "do you still bake rye?")).toHaveAttribute("data-side", "in");
    await expect(bubble(page, "every Friday")).toHaveAttribute("data-side", "out");
    await expect(bubble(page, "every Friday")).toContainText("Phone app");
    await expect(log(page).locator(".new")).toHaveText("1 new message");
    if (width === 390) await page.locator(".thread__back").click();
    await expect(row(page, `Past ${number}`)).toContainText("hello again");
  });

  test(`a customer with a new user id keeps their thread, ${width} px wide`, async ({ page, inbox }) => {
    await page.setViewportSize({ width, height: 844 });
    const number = newNumber();
    const [before, after] = [`GB.1${number}`, `GB.2${number}`];
    await inbox.customer({ user_id: before, name: "Uma", text: "no number, only me" });
    await open(page, inbox, `/whatsapp/inbox/${before}/`);
    await inbox.change("user_id_update", { user_id_update: [{ detail: "User id for Uma has been updated.", user_id: { previous: before, current: after }, timestamp: ago(0) }] });
    await expect(bubble(page, "gave the customer a new user id")).toBeVisible();
    await inbox.customer({ user_id: after, name: "Uma", text: "still me" });
    await expect(bubble(page, "still me")).toBeVisible();
    await expect(bubble(page, "no number, only me")).toBeVisible();
    await box(page).fill(`welcome back ${number}`);
    await box(page).press("Enter");
    await expect.poll(async () => (await inbox.received()).filter((body) => body.text?.body === `welcome back ${number}`).map((body: any) => body.recipient ?? body.to)).toEqual([after]);
  });

  test(`54: a window that has closed opens again with the customer's next message, and the draft is still there, ${width} px wide`, async ({ page, inbox }) => {
    await page.setViewportSize({ width, height: 844 });
    const number = newNumber();
    await inbox.messages([{ id: `wamid.o${number}`, from: number, timestamp: ago(24 * 3600 - 6), type: "text", text: { body: "Is it ready?" } } as any], number);
    await open(page, inbox, `/whatsapp/inbox/${number}/`);
    await box(page).fill("Not yet, but");
    await expect(page.getByText("takes only templates")).toBeVisible({ timeout: 30_000 });
    await inbox.customer({ wa_id: number, text: "Hello?" });
    await expect(page.getByText("takes only templates")).toHaveCount(0);
    await expect(box(page)).toHaveValue("Not yet, but");
    await box(page).press("Enter");
    await expect.poll(() => inbox.sent(number)).toEqual(["Not yet, but"]);
  });

  test(`59, 60: one to three emoji are large; addresses, numbers and strange hosts are links that say where they lead, ${width} px wide`, async ({ page, inbox }) => {
    await page.setViewportSize({ width, height: 844 });
    const number = newNumber();
    await inbox.customer({ wa_id: number, text: "🎉👍🏽" });
    await inbox.customer({ wa_id: number, text: "so 🎉 small" });
    await inbox.customer({ wa_id: number, text: "write to ines@duarte.example or +351 910 000 123, see https://bücher.example/a_b. Not https://раypal.com/login" });
    await open(page, inbox, `/whatsapp/inbox/${number}/`);
    const size = (text: string) => bubble(page, text).locator(".words").evaluate((words) => parseFloat(getComputedStyle(words).fontSize));
    expect(await size("🎉👍🏽")).toBeGreaterThan(1.8 * (await size("so 🎉 small")));
    const links = bubble(page, "write to").getByRole("link");
    expect(await links.evaluateAll((all) => all.map((link) => [link.textContent, link.getAttribute("href")]))).toEqual([
      ["ines@duarte.example", "mailto:ines@duarte.example"],
      ["+351 910 000 123", "tel:+351910000123"],
      ["https://bücher.example/a_b", "https://bücher.example/a_b"],
    ]);
  });
}
