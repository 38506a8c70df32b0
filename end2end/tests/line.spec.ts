// The line between page and server: refused, frozen, cut at random while much happens.
import { Line } from "./line";
import { bubble, expect, log, newNumber, open, row, test, watch, type BrowserContext } from "./inbox";

/** So long the line is cut at random; `SOAK=180` by command. */
const SOAK_S = Number(process.env.SOAK || 20);

// The browser itself logs a broken connection.
test.use({ allowed: [/WebSocket connection|Failed to load resource|ERR_/] });

async function through(line: Line, context: BrowserContext, session: string) {
  await context.addCookies([{ name: "inbox", value: session, url: line.base, httpOnly: true, sameSite: "Lax" }]);
  return { base: line.base } as Parameters<typeof open>[1];
}

test("D9: where a proxy refuses sockets, the page asks every two seconds instead", async ({ inbox, page, context, session }) => {
  const line = new Line();
  await line.open(inbox.base);
  line.refusesSockets = true;
  const number = newNumber();
  await inbox.history(number, ["before"]);
  await open(page, await through(line, context, session), `/whatsapp/inbox/${number}/`);
  await inbox.customer({ wa_id: number, text: "by asking" });
  await expect(bubble(page, "by asking")).toBeVisible({ timeout: 15_000 });
  await expect(page.getByText("No connection")).toHaveCount(0);
  await inbox.customer({ wa_id: number, text: "and again" });
  await expect(bubble(page, "and again")).toBeVisible({ timeout: 5_000 });
  line.close();
});

test("D4: after a sleep the page asks whether the line still stands, and takes a new one", async ({ inbox, page, context, session }) => {
  const line = new Line();
  await line.open(inbox.base);
  const number = newNumber();
  await inbox.history(number, ["before"]);
  await open(page, await through(line, context, session), `/whatsapp/inbox/${number}/`);
  await inbox.customer({ wa_id: number, text: "awake" });
  await expect(bubble(page, "awake")).toBeVisible();
  line.freeze();
  await inbox.customer({ wa_id: number, text: "while asleep" });
  await page.evaluate(() => window.dispatchEvent(new Event("online")));
  await expect(bubble(page, "while asleep")).toBeVisible({ timeout: 15_000 });
  line.close();
});

test("I5, D1: the line is cut at random while 5,000 messages come; the page ends as a fresh one would begin", async ({ inbox, browser, session }) => {
  test.setTimeout((SOAK_S + 120) * 1000);
  const context = await browser.newContext();
  const page = await context.newPage();
  const found = watch(page, [/WebSocket connection|Failed to load resource|ERR_/]);
  const line = new Line();
  await line.open(inbox.base);
  const numbers = Array.from({ length: 20 }, newNumber);
  await inbox.history(numbers[0], ["before"]);
  await open(page, await through(line, context, session), `/whatsapp/inbox/${numbers[0]}/`);
  const seed = Number(process.env.SEED || Date.now() % 1_000_000);
  console.log(`seed ${seed}`);
  let state = seed;
  const random = () => (state = (state * 48271 + 11) % 2147483647) / 2147483647;

  let cutting = true;
  const cuts = (async () => {
    while (cutting) {
      await new Promise((r) => setTimeout(r, 200 + random() * 3000));
      if (random() < 0.2) line.freeze(); else line.cut();
    }
  })();
  const now = Math.floor(Date.now() / 1000);
  for (let batch = 0; batch < 50; batch++) {
    const wa_id = numbers[batch % numbers.length];
    const messages = Array.from({ length: 100 }, (_, index) => ({ from: wa_id, id: `wamid.soak${wa_id}x${batch}x${index}`, timestamp: String(now), type: "text", text: { body: `${batch} ${index}` } }));
    await inbox.messages(messages, wa_id);
    await new Promise((r) => setTimeout(r, (SOAK_S * 1000) / 50));
  }
  cutting = false;
  await cuts;
  await inbox.customer({ wa_id: numbers[0], text: "the last one" });
  await expect(bubble(page, "the last one")).toBeVisible({ timeout: 60_000 });
  await log(page).press("End");

  const shown = () => page.evaluate(() => ({
    rows: [...document.querySelectorAll(".row")].slice(0, 20).map((row) => row.querySelector("bdi")!.textContent),
    bubbles: [...document.querySelectorAll(".bubble")].map((bubble) => bubble.textContent).slice(-40),
  }));
  const before = await shown();
  expect(new Set(before.rows).size, "no row twice").toBe(before.rows.length);
  await page.reload();
  await page.waitForSelector("body[data-hydrated]");
  const after = await shown();
  expect(before.rows).toEqual(after.rows);
  expect(before.bubbles.map((text) => text!.replace(/Read more|Show less/g, ""))).toEqual(after.bubbles.map((text) => text!.replace(/Read more|Show less/g, "")));
  await expect(row(page, `Customer ${numbers[0].slice(-4)}`).first()).toBeVisible();
  expect(found).toEqual([]);
  line.close();
  await context.close();
});
