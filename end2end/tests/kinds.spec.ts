// Every kind of message that customers can send, through the webhook onto the page.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { box, bubble, expect, log, newNumber, open, readAll, row, test } from "./inbox";

const sample = (name: string) => JSON.parse(readFileSync(resolve(__dirname, `../../src/server/meta/samples/${name}.json`), "utf8"));

const kinds: [string, string, string[], string][] = [
  ["location", "Location", ["Corner bakery", "Storgata 1, Oslo", "59.913900, 10.752200", "Look at it on a map"], "Corner bakery"],
  ["contacts", "Contact card", ["Ines Duarte", "Duarte & Filhos", "+351 910 000 123", "ines@duarte.example", "+44 7700 900456"], "Ines Duarte"],
  ["button_reply", "Chose", ["Tuesday is fine"], "Tuesday is fine"],
  ["list_reply", "Chose from the list", ["Evening slot", "Between six and eight"], "Evening slot"],
  ["template_button", "Answered the template", ["Yes, please"], "Yes, please"],
  ["flow", "Filled in", ["Preferred date", "2026-12-01", "Guests", "4", "Terms", "Yes"], "Answer to a choice"],
  ["call_permission", "Permission to call", ["Response", "Given"], "Answer to a choice"],
  ["payment", "Payment", ["Payment method", "pix", "order-17"], "Answer to a choice"],
  ["referral", "Came from this ad", ["Mugs that keep warm", "Hand-made, three colours", "https://fb.me/3cr4Wqqkv", "Is the blue mug still there?"], "Is the blue mug still there?"],
  ["forwarded", "Forwarded many times", ["Look what they offer"], "Look what they offer"],
  ["product", "About the product MUG-BLUE", ["Does it come in red?"], "Does it come in red?"],
  ["identity_changed", "security code changed", ["Make sure before you share anything private"], "System message"],
  ["order", "Order", ["Can you deliver?", "2 × MUG-BLUE", "12.50 EUR", "1 × TEA-250", "32.90 EUR"], "Can you deliver?"],
];

for (const [name, heading, words, preview] of kinds) for (const width of [1280, 390]) {
  test(`67, 68: inbound ${name} is shown whole, in the thread and in the list, ${width} px wide`, async ({ page, inbox }) => {
    await page.setViewportSize({ width, height: 800 });
    const number = newNumber();
    await inbox.customer({ wa_id: number, name: `Customer ${number}`, text: "hello" });
    await open(page, inbox, `/whatsapp/inbox/${number}/`);
    // Live, and again as the server renders it.
    await inbox.customer({ wa_id: number, message: sample(name) });
    for (const again of [false, true]) {
      if (again) await open(page, inbox, `/whatsapp/inbox/${number}/`);
      const shown = log(page).locator(".bubble").filter({ hasText: heading });
      await expect(shown).toHaveCount(1);
      for (const word of words) await expect(shown).toContainText(word);
      expect(await log(page).evaluate((log) => log.scrollWidth - log.clientWidth)).toBe(0);
      await expect(bubble(page, "not shown here yet")).toHaveCount(0);
      if (width === 390) await page.locator(".thread__back").click();
      await expect(row(page, `Customer ${number}`)).toContainText(preview);
    }
  });
}

for (const width of [1280, 390]) test(`69, 75: an edit, a deletion, a call, a group, the phone and the past are told apart, in the thread and in the counts, ${width} px wide`, async ({ page, inbox }) => {
  await page.setViewportSize({ width, height: 844 });
  const number = newNumber();
  await inbox.customer({ wa_id: number, name: `Customer ${number}`, text: "hello" });
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await inbox.customer({ wa_id: number, text: "at five" });
  await readAll(page);
  const at = () => String(Math.floor(Date.now() / 1000));
  const original = await page.evaluate(async (number) => (await (await fetch(`/whatsapp/api/chats/${number}/messages/?limit=1`)).json()).messages[0].message_id, number);
  const quiet = async () => expect(page.locator(".row[aria-current] .badge")).toHaveCount(0);
  await inbox.change("smb_message_echoes", { message_echoes: [{ id: `wamid.echo${number}`, from: "15550783881", to: number, timestamp: at(), type: "text", text: { body: "written on the phone" } }] });
  await expect(bubble(page, "written on the phone")).toContainText("Phone app");
  await expect(bubble(page, "written on the phone")).toHaveAttribute("data-side", "out");
  await inbox.change("messages", { messages: [{ id: `wamid.revoke${number}`, from: number, timestamp: at(), type: "revoke", revoke: { original_message_id: original } }] });
  await expect(bubble(page, "was deleted")).toContainText("at five");
  // On the message itself, too; the team still reads it.
  await expect(log(page).locator(".bubble", { has: page.locator(".why", { hasText: "Deleted for everybody" }) })).toContainText("at five");
  await inbox.change("messages", { messages: [{ id: `wamid.group${number}`, from: number, group_id: "g1", timestamp: at(), type: "text", text: { body: "to all of you" } }] });
  await expect(bubble(page, "to all of you")).toContainText("In a group");
  await inbox.change("standby", { standby: { messages: [{ id: `wamid.held${number}`, from: number, timestamp: at(), type: "text", text: { body: "to the machine" } }] } });
  await expect(bubble(page, "to the machine")).toBeVisible();
  // A banner, for as long as nobody here has answered.
  await expect(page.locator(".strip")).toContainText("Meta's business agent holds this conversation");
  await quiet();
  await inbox.change("messages", { messages: [{ id: `wamid.edit${number}`, from: number, timestamp: at(), type: "edit", edit: { original_message_id: original, message: { type: "text", text: { body: "at six" } } } }] });
  await expect(bubble(page, "at six")).toContainText("Edited");
  await expect(bubble(page, "at six").locator(".quote")).toContainText("at five");
  await inbox.change("calls", { calls: [{ id: `wacid.${number}`, from: number, to: "15550783881", event: "terminate", direction: "USER_INITIATED", timestamp: at() }] });
  await expect(bubble(page, "Missed call")).toBeVisible();
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  for (const words of ["written on the phone", "was deleted", "to all of you", "to the machine", "at six", "Missed call"]) await expect(bubble(page, words)).toHaveCount(1);
  await expect(log(page).locator(".why", { hasText: "Deleted for everybody" })).toHaveCount(1);
});

for (const width of [1280, 390]) test(`a handover to Meta's agent is told, and back again, ${width} px wide`, async ({ page, inbox }) => {
  await page.setViewportSize({ width, height: 844 });
  const number = newNumber();
  await inbox.customer({ wa_id: number, text: "hello" });
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  const at = (later: number) => String(Math.floor(Date.now() / 1000) + later);
  const passed = { recipient: { phone_number_id: "106540352242922" }, sender: { phone_number: number } };
  await inbox.change("messaging_handovers", { ...passed, timestamp: at(1), type: "control_passed", control_passed: { new_owner_role: "ai_agent" } });
  await expect(bubble(page, "business agent answers this customer now")).toBeVisible();
  await expect(page.locator(".strip[role=status]")).toBeVisible();
  await inbox.change("messaging_handovers", { ...passed, timestamp: at(2), type: "control_taken" });
  await expect(bubble(page, "came back to the team")).toBeVisible();
  await expect(page.locator(".strip[role=status]")).toHaveCount(0);
});

for (const width of [1280, 390]) test(`a customer who changes their number keeps their thread, and answers go to the new one, ${width} px wide`, async ({ page, inbox }) => {
  await page.setViewportSize({ width, height: 844 });
  const [before, after] = [newNumber(), newNumber()];
  await inbox.customer({ wa_id: before, name: `Customer ${before}`, text: "I get a new number tomorrow" });
  await open(page, inbox, `/whatsapp/inbox/${before}/`);
  const id = `wamid.system${before}`;
  await inbox.messages([{ id, from: before, timestamp: String(Math.floor(Date.now() / 1000)), type: "system", system: { type: "user_changed_number", body: "…", wa_id: after } } as { id: string }], before);
  await expect(log(page).locator('.bubble[data-side="event"]')).toContainText("Answers go to the new one.");
  await expect.poll(async () => (await page.locator(".thread__title small").innerText()).replace(/\D/g, "")).toContain(after);
  await inbox.customer({ wa_id: after, text: "here I am" });
  await expect(bubble(page, "here I am")).toBeVisible();
  await box(page).fill("welcome back");
  await box(page).press("Enter");
  await expect.poll(() => inbox.sent(after)).toEqual(["welcome back"]);
  expect(await inbox.sent(before)).toEqual([]);
});

for (const width of [1280, 390]) {
  test(`a customer without a number is shown, found and answered by their user id, ${width} px wide`, async ({ page, inbox }) => {
    await page.setViewportSize({ width, height: 800 });
    const [user, name] = [`US.${newNumber()}`, `Ann ${newNumber()}`];
    await inbox.customer({ user_id: user, name, text: "I keep my number to myself" });
    await open(page, inbox, "/whatsapp/inbox/");
    await row(page, name).click();
    await expect(bubble(page, "I keep my number to myself")).toBeVisible();
    await box(page).fill("no matter");
    await box(page).press("Enter");
    await expect(bubble(page, "no matter")).toHaveAttribute("data-state", /sent|delivered|read/);
    expect((await inbox.received()).filter(({ recipient, to }) => recipient === user && !to).map(({ text }) => text?.body)).toEqual(["no matter"]);
    // The address is theirs, also after a reload.
    await page.reload();
    await expect(bubble(page, "no matter")).toHaveCount(1);
    if (width === 390) await page.locator(".thread__back").click();
    await page.waitForSelector("body[data-complete]");
    await page.locator("#search").fill(name);
    await expect(row(page, name)).toBeVisible();
  });
}

test("hostile words in cards and carts stay words", async ({ page, inbox }) => {
  const number = newNumber();
  const evil = '<img src=x onerror="alert(1)">';
  await inbox.customer({ wa_id: number, message: { type: "contacts", contacts: [{ name: { formatted_name: evil }, phones: [{ phone: `javascript:alert(1)//${evil}` }], emails: [{ email: "a@b?subject=<b>" }] }] } });
  await inbox.customer({ wa_id: number, message: { type: "order", order: { text: evil, product_items: [{ product_retailer_id: evil, quantity: 1 }] } } });
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await expect(log(page).locator(".bubble")).toHaveCount(2);
  await expect(log(page).locator("img")).toHaveCount(0);
  for (const href of await log(page).locator("a").evaluateAll((links) => links.map((link) => link.getAttribute("href")!))) expect(href).toMatch(/^(tel:[+\d]*|mailto:)/);
});
