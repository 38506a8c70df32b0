// Writing and sending.
import { box, bubble, expect, log, newNumber, open, test } from "./inbox";

test("31: Enter sends, Shift+Enter breaks, an input method's Enter does neither", async ({ page, inbox }) => {
  const number = newNumber();
  await inbox.customer({ wa_id: number, text: "hi" });
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await box(page).pressSequentially("one");
  await box(page).press("Shift+Enter");
  await box(page).pressSequentially("two");
  await expect(box(page)).toHaveValue("one\ntwo");
  // While composing, browsers mark the key (isComposing), or report 229.
  await box(page).evaluate((element) => {
    element.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", isComposing: true, bubbles: true, cancelable: true }));
    element.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", keyCode: 229, bubbles: true, cancelable: true } as KeyboardEventInit));
  });
  await expect(box(page)).toHaveValue("one\ntwo");
  await box(page).press("Enter");
  await expect(box(page)).toHaveValue("");
  await expect.poll(() => inbox.sent(number)).toEqual(["one\ntwo"]);
});

test("33: changing the chat carries nothing over; the text is there on return, and after a reload", async ({ page, inbox }) => {
  const [one, two] = [newNumber(), newNumber()];
  for (const number of [one, two]) await inbox.customer({ wa_id: number, text: `hi from ${number}` });
  await open(page, inbox, `/whatsapp/inbox/${one}/`);
  await box(page).fill("for one only");
  await page.locator(`.row[href="/whatsapp/inbox/${two}/"]`).click();
  await expect(bubble(page, `hi from ${two}`)).toBeVisible();
  await expect(box(page)).toHaveValue("");
  await box(page).fill("for two");
  await box(page).press("Enter");
  await page.goBack();
  await expect(bubble(page, `hi from ${one}`)).toBeVisible();
  await expect(box(page)).toHaveValue("for one only");
  await page.reload();
  await page.waitForSelector("body[data-hydrated]");
  await expect(box(page)).toHaveValue("for one only");
  await box(page).press("Enter");
  await expect.poll(() => inbox.sent(one)).toEqual(["for one only"]);
  expect(await inbox.sent(two)).toEqual(["for two"]);
});

test("I7: what a refused form brings back stays with whom it was written to", async ({ page, inbox, allowed }) => {
  allowed.push(/status of (404|409|422|400)/);
  const [gone, other] = [newNumber(), newNumber()];
  await inbox.customer({ wa_id: other, text: "hi from the other" });
  await open(page, inbox, `/whatsapp/inbox/${other}/`);
  await page.evaluate((to) => {
    const form = document.createElement("form");
    form.method = "post";
    form.action = `/whatsapp/inbox/${to}/send/`;
    const body = document.createElement("textarea");
    body.name = "body";
    body.value = "for nobody else";
    form.append(body);
    document.body.append(form);
    form.submit();
  }, gone);
  await expect(page.getByRole("alert")).toBeVisible();
  await expect(page.getByText("for nobody else")).toBeVisible();
  await page.getByRole("link", { name: "Back to the list" }).click();
  await page.waitForSelector("body[data-hydrated]");
  await page.locator(`.row[href="/whatsapp/inbox/${other}/"]`).click();
  await expect(bubble(page, "hi from the other")).toBeVisible();
  await expect(box(page)).toHaveValue("");
});

test("34: the bubble is there at once, keeps its place and its element while it is accepted", async ({ page, inbox }) => {
  const number = newNumber();
  await inbox.customer({ wa_id: number, text: "hi" });
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await inbox.faults([{ fault: "delay", ms: 700 }]);
  await box(page).fill("at once");
  const shown = await page.evaluate(() => new Promise<number>((done) => {
    const area = document.querySelector("textarea")!;
    const began = performance.now();
    new MutationObserver((_, observer) => {
      const mine = [...document.querySelectorAll(".bubble")].find((bubble) => bubble.textContent!.includes("at once"));
      if (mine) { observer.disconnect(); (mine as HTMLElement).dataset.kept = "yes"; done(performance.now() - began); }
    }).observe(document.body, { childList: true, subtree: true });
    area.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
  }));
  expect(shown).toBeLessThan(50);
  const mine = bubble(page, "at once");
  await expect(mine.getByRole("img", { name: /waiting|sending/ })).toBeVisible();
  await expect(mine.getByRole("img", { name: /sent|delivered|read/ })).toBeVisible();
  await expect(mine).toHaveCount(1);
  await expect(mine).toHaveAttribute("data-kept", "yes");
});

test("35: a double Enter, a double click and two tabs are one message", async ({ page, inbox, context }) => {
  const number = newNumber();
  await inbox.customer({ wa_id: number, text: "hi" });
  const other = await context.newPage();
  for (const tab of [page, other]) await open(tab, inbox, `/whatsapp/inbox/${number}/`);
  await box(page).fill("only once");
  await expect(box(other)).toHaveValue("only once");
  // Both tabs in the same instant, each twice.
  await Promise.all([page, other].map((tab) => tab.evaluate(() => {
    const enter = () => document.querySelector("textarea")!.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
    enter();
    enter();
    (document.querySelector(".composer__send") as HTMLElement).click();
  })));
  await expect(bubble(page, "only once").getByRole("img", { name: /sent|delivered|read/ })).toBeVisible();
  await expect(bubble(page, "only once")).toHaveCount(1);
  await expect(bubble(other, "only once")).toHaveCount(1);
  expect(await inbox.sent(number)).toEqual(["only once"]);
  await other.close();
});

test("36: a failed bubble keeps its text, says why, and offers to send again, edit and delete", async ({ page, inbox }) => {
  const number = newNumber();
  await inbox.customer({ wa_id: number, name: "Paul", text: "hi" });
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await inbox.faults([{ fault: "error", code: 131026 }, { fault: "error", code: 131026 }, { fault: "error", code: 131026 }]);
  const fail = async (text: string) => {
    await box(page).fill(text);
    await box(page).press("Enter");
    await expect(bubble(page, text)).toContainText("It cannot be delivered: the number is not on WhatsApp");
  };
  await fail("to delete");
  await bubble(page, "to delete").getByRole("button", { name: "Delete" }).click();
  // It is asked first, by name.
  const sure = bubble(page, "to delete").getByRole("button", { name: "Press again to delete it: Paul did not get it" });
  // A double click is no answer.
  await sure.click();
  await expect(bubble(page, "to delete")).toBeVisible();
  await expect(async () => {
    await sure.click({ timeout: 300 });
    await expect(bubble(page, "to delete")).toHaveCount(0, { timeout: 300 });
  }).toPass({ intervals: [700] });
  await expect(bubble(page, "to delete")).toHaveCount(0);
  await fail("to edit");
  await bubble(page, "to edit").getByRole("button", { name: "Edit" }).click();
  await expect(bubble(page, "to edit")).toHaveCount(0);
  await expect(box(page)).toHaveValue("to edit");
  await box(page).fill("");
  await fail("to repeat");
  await bubble(page, "to repeat").getByRole("button", { name: "Send again" }).click();
  await expect(bubble(page, "to repeat")).toHaveCount(2);
  await expect(bubble(page, "to repeat").first()).toContainText("It was sent again");
  await expect(bubble(page, "to repeat").last().getByRole("img", { name: /sent|delivered|read/ })).toBeVisible();
  expect(await inbox.sent(number)).toEqual(["to repeat"]);
});

test("36: an unknown outcome says so and waits for a person", async ({ page, inbox }) => {
  const number = newNumber();
  await inbox.customer({ wa_id: number, text: "hi" });
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await inbox.faults([{ fault: "drop_silently" }]);
  await box(page).fill("perhaps");
  await box(page).press("Enter");
  const mine = bubble(page, "perhaps");
  await expect(mine).toContainText("Not known whether this was sent");
  await mine.getByRole("button", { name: "Mark as sent" }).click();
  await expect(mine.getByRole("img", { name: "accepted by WhatsApp" })).toBeVisible();
  expect(await inbox.sent(number)).toEqual(["perhaps"]);
});

test.describe("without the server", () => {
  test.use({ allowed: [/Failed to load resource|WebSocket connection/] });
  test("36: what the server never got stays, survives a reload, and goes out once", async ({ page, inbox }) => {
    const number = newNumber();
    await inbox.customer({ wa_id: number, text: "hi" });
    await page.addInitScript(() => localStorage.setItem("single-keys", "1"));
    await open(page, inbox, `/whatsapp/inbox/${number}/`);
    await page.waitForSelector("body[data-complete]");
    await page.route("**/whatsapp/fn/messages/send", (route) => route.abort());
    await bubble(page, "hi").getByRole("button", { name: "More" }).focus();
    await page.keyboard.press("r");
    await expect(page.locator(".answer .quote")).toContainText("hi");
    await box(page).fill("not lost");
    await box(page).press("Enter");
    await expect(bubble(page, "not lost")).toContainText("cannot be reached");
    await page.reload();
    await page.waitForSelector("body[data-hydrated]");
    await expect(bubble(page, "not lost")).toContainText("Not sent yet");
    await expect(bubble(page, "not lost").locator(".quote")).toContainText("hi");
    await page.unroute("**/whatsapp/fn/messages/send");
    await bubble(page, "not lost").getByRole("button", { name: "Try again" }).click();
    await expect(bubble(page, "not lost").getByRole("img", { name: /sent|delivered|read/ })).toBeVisible();
    expect(await inbox.sent(number)).toEqual(["not lost"]);
    expect((await inbox.bodies(number))[0].context?.message_id).toMatch(/^wamid\./);
  });
});

test("37: nothing but white space is not sent; the counter comes near the limit and an over-long text stays", async ({ page, inbox }) => {
  const number = newNumber();
  await inbox.customer({ wa_id: number, text: "hi" });
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await box(page).fill("  \n ");
  await box(page).press("Enter");
  await expect(log(page).locator(".bubble[data-side=out]")).toHaveCount(0);
  await box(page).fill("x".repeat(3499));
  await expect(page.getByText("Enter sends · Shift+Enter")).toBeVisible();
  await box(page).fill("x".repeat(3500));
  await expect(page.getByText("596 characters left")).toBeVisible();
  await box(page).fill("😀".repeat(2049));
  await expect(page.getByText("2 characters too many")).toBeVisible();
  await box(page).press("Enter");
  await expect(box(page)).toHaveValue("😀".repeat(2049));
  expect(await inbox.sent(number)).toEqual([]);
  await page.getByRole("button", { name: "Send in parts" }).click();
  await expect(box(page)).toHaveValue("");
  await expect.poll(async () => (await inbox.sent(number)).join("")).toBe("😀".repeat(2049));
  expect(await inbox.sent(number)).toHaveLength(2);
});

for (const width of [1280, 390]) test(`53: a link's preview can be left out, of this message alone; the draft keeps the choice, ${width} px wide`, async ({ page, inbox }) => {
  await page.setViewportSize({ width, height: 844 });
  const number = newNumber();
  await inbox.customer({ wa_id: number, name: "Link", text: "where?" });
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await page.waitForSelector("body[data-complete]");
  const preview = page.getByLabel("Show the customer a preview of the link");
  await box(page).fill("there");
  await expect(preview).toHaveCount(0);
  await box(page).fill("https://example.com/shop");
  await expect(preview).toBeChecked();
  await preview.uncheck();
  await box(page).pressSequentially(" !");
  await page.reload();
  await page.waitForSelector("body[data-complete]");
  await expect(preview).not.toBeChecked();
  await box(page).press("Enter");
  await expect(preview).toHaveCount(0);
  await box(page).fill("and https://example.com/map");
  await expect(preview).toBeChecked();
  await box(page).press("Enter");
  const texts = async () => (await inbox.bodies(number)).map((body) => body.text);
  await expect.poll(texts).toEqual([
    { body: "https://example.com/shop !", preview_url: false },
    { body: "and https://example.com/map", preview_url: true },
  ]);
});

test("31: a switch lets Enter break the line; Ctrl+Enter sends then", async ({ page, inbox }) => {
  const number = newNumber();
  await inbox.customer({ wa_id: number, text: "hi" });
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await page.locator("summary").click();
  await page.getByLabel("Enter sends a message").uncheck();
  await page.reload();
  await page.waitForSelector("body[data-hydrated]");
  await box(page).pressSequentially("one");
  await box(page).press("Enter");
  await box(page).pressSequentially("two");
  await expect(box(page)).toHaveValue("one\ntwo");
  await box(page).press("Control+Enter");
  await expect.poll(() => inbox.sent(number)).toEqual(["one\ntwo"]);
});

test("129: what is typed before the page listens is there when it does, and is kept", async ({ page, inbox }) => {
  const number = newNumber();
  await inbox.customer({ wa_id: number, text: "hi" });
  let release = () => {};
  const held = new Promise<void>((done) => (release = done));
  await page.route("**/*.wasm*", async (route) => { await held; await route.fallback(); });
  await page.goto(`${inbox.base}/whatsapp/inbox/${number}/`, { waitUntil: "commit" });
  await box(page).fill("typed early");
  release();
  await page.waitForSelector("body[data-hydrated]");
  await expect(box(page)).toHaveValue("typed early");
  await page.reload();
  await page.waitForSelector("body[data-hydrated]");
  await expect(box(page)).toHaveValue("typed early");
});

test("the customer sees that somebody writes, once for some words", async ({ page, inbox }) => {
  const number = newNumber();
  await inbox.customer({ wa_id: number, text: "hello" });
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await page.waitForSelector("body[data-complete]");
  const wamid = await page.evaluate(async (number) => (await (await fetch(`/whatsapp/api/chats/${number}/messages/`)).json()).messages[0].message_id, number);
  await box(page).pressSequentially("a few words");
  const told = async () => (await inbox.received()).filter(({ typing_indicator, message_id }) => typing_indicator && message_id === wamid).length;
  await expect.poll(told).toBe(1);
  await box(page).fill("");
  expect(await told()).toBe(1);
});
