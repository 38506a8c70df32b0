// What messages look like, whatever they hold.
import { box, bubble, expect, log, newNumber, open, test } from "./inbox";

test("56: ticks turn clock, one, two, coloured; each has a shape and a name, and never goes back", async ({ page, inbox }) => {
  const number = newNumber();
  await inbox.customer({ wa_id: number, text: "hi" });
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await inbox.settings({ pace_ms: [150, 300, 450] });
  const seen = page.evaluate(() => new Promise<[string, string][]>((done) => {
    const states: [string, string][] = [];
    const look = () => {
      const tick = document.querySelector(".bubble[data-side=out] .tick");
      const name = tick?.getAttribute("aria-label");
      if (name && states.at(-1)?.[0] !== name) states.push([name, tick!.querySelector("path")!.getAttribute("d")!]);
      if (name === "read") done(states); else requestAnimationFrame(look);
    };
    look();
  }));
  await box(page).fill("watch the ticks");
  await box(page).press("Enter");
  const states = await seen;
  const order = ["waiting", "sending", "accepted by WhatsApp", "sent", "delivered", "read"];
  const places = states.map(([name]) => order.indexOf(name));
  expect(places).toEqual([...places].sort((a, b) => a - b));
  expect(places).toContain(3);
  expect(new Set(states.filter(([name]) => ["waiting", "sent", "delivered"].includes(name)).map(([, shape]) => shape)).size).toBe(3);
  await inbox.settings({});
});

test("57: WhatsApp's marks are shown as the app shows them", async ({ page, inbox }) => {
  const number = newNumber();
  await inbox.customer({ wa_id: number, text: "*b* _i_ ~s~ `c` snake_case_word 2*3*4\n> quoted\n- item\n1. first\n```mono *x*```\nhttps://a.example/x_y_z?q=*1*" });
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  const one = bubble(page, "snake_case_word");
  for (const [tag, text] of [["strong", "b"], ["em", "i"], ["s", "s"], ["code", "c"], ["blockquote", "quoted"], ["ul li", "item"], ["ol li", "first"], ["pre", "mono *x*"]]) {
    await expect(one.locator(tag)).toHaveText(text);
  }
  await expect(one).toContainText("2*3*4");
  await expect(one.getByRole("link")).toHaveAttribute("href", "https://a.example/x_y_z?q=*1");
  await expect(one.getByRole("link")).toHaveAttribute("rel", /noopener.*noreferrer/);
});

const HOSTILE = [
  "<script>alert(1)</script><img src=x onerror=alert(1)>",
  "</textarea></title></style><script>alert(1)</script>",
  "<style>body{display:none}</style><b style='position:fixed;inset:0'>fake</b>",
  "javascript:alert(1) data:text/html,<script>alert(1)</script> https://a.example/\"onmouseover=alert(1)//",
  "[x](javascript:alert(1)) {{constructor.constructor('alert(1)')()}} ${alert(1)}",
  "\u202Eright to left override\u202C \u2066isolate \u200B\u200D zero width",
  "Z\u0351\u036B\u0343a\u0300\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308".repeat(20),
  "w".repeat(65_536),
  "line\n".repeat(10_000),
  "*_~`".repeat(4000),
  "👨‍👩‍👧‍👦".repeat(500),
];

test("58, E1, E2, I9: no message can run script, restyle the page or break its layout", async ({ page, inbox }) => {
  const number = newNumber();
  const name = "<img src=x onerror=alert(1)> \u202Eevil";
  const messages = HOSTILE.map((body, index) => ({ from: number, id: `wamid.x${number}${index}`, timestamp: String(Math.floor(Date.now() / 1000) - 60 + index), type: "text", text: { body } }));
  await inbox.messages(messages, number, name);
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await expect(page.locator(".bubble")).toHaveCount(HOSTILE.length);
  await expect(page.getByRole("heading", { level: 2 })).toContainText("<img src=x onerror=alert(1)>");
  expect(await page.locator(".thread img, .thread style, .thread script, .list img").count()).toBe(0);
  for (const link of await page.locator(".bubble a").all()) expect(await link.getAttribute("href")).toMatch(/^(https?:|mailto:)/);
  const width = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  expect(width[0]).toBeLessThanOrEqual(width[1]);
  const view = (await log(page).boundingBox())!;
  for (const one of await page.locator(".bubble").all()) {
    const shape = (await one.boundingBox())!;
    expect(shape.x + shape.width).toBeLessThanOrEqual(view.x + view.width);
    // No word runs out of its bubble, or is cut off at its edge.
    const over = (bubble: Element) => Math.max(...[bubble, ...bubble.querySelectorAll("*")].filter((part) => part.clientWidth > 0).map((part) => part.scrollWidth - part.clientWidth));
    expect(await one.evaluate(over)).toBeLessThanOrEqual(1);
  }
  const folded = page.locator(".bubble").nth(8);
  expect((await folded.boundingBox())!.height).toBeLessThan(600);
  await folded.getByRole("button", { name: "Read more" }).click();
  await expect(folded.getByRole("button", { name: "Show less" })).toBeVisible();
});

for (const width of [1280, 390]) test(`70: a kind that cannot be shown is named, never blank, ${width} px wide`, async ({ page, inbox }) => {
  await page.setViewportSize({ width, height: 844 });
  const number = newNumber();
  await inbox.customer({ wa_id: number, message: { type: "edit", edit: {} } });
  await inbox.customer({ wa_id: number, message: { type: "unsupported", unsupported: { type: "poll_creation" }, errors: [{ code: 131051 }] } });
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await expect(page.locator(".bubble").first()).toContainText("Edited message · not shown here yet");
  await expect(page.locator(".bubble").last()).toContainText("“poll creation” · WhatsApp does not pass this kind on");
});

for (const width of [1280, 390]) test(`23, 62: a reaction sits on its bubble, makes nothing unread and goes when it is removed, ${width} px wide`, async ({ page, inbox }) => {
  await page.setViewportSize({ width, height: 844 });
  const number = newNumber();
  const { id } = await inbox.customer({ wa_id: number, text: "react to me" });
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await expect(page.locator(".row[aria-current] .badge")).toHaveCount(0);
  await inbox.customer({ wa_id: number, message: { type: "reaction", reaction: { message_id: id, emoji: "👍" } } });
  await expect(bubble(page, "react to me")).toContainText("👍");
  await expect(page.locator(".bubble")).toHaveCount(1);
  await inbox.customer({ wa_id: number, timestamp: Math.floor(Date.now() / 1000) + 2, message: { type: "reaction", reaction: { message_id: id } } });
  await expect(bubble(page, "react to me")).not.toContainText("👍");
});
