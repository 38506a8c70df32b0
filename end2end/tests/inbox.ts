// What every spec stands on: the real binary beside a sandbox of WhatsApp, one pair for each worker; and a page that fails on any
// console warning, script error or broken content policy.
import { test as base, expect, type Browser, type BrowserContext, type Page } from "@playwright/test";
import { spawn, execFileSync, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const BINARY = resolve(__dirname, "../../target/debug/whatsapp-inbox");
/** A folder with the page as it is shipped, in place of the one that the binary was built with. */
const SITE = process.env.SITE;
export const EMAIL = "mira@shop.example";
export const PASSWORD = "a long enough password";

function freePort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => done(port));
    });
  });
}

let count = 0;
/** A number nobody has used before. */
export function newNumber(): string {
  return `4477009${process.pid % 1000}${String(count++).padStart(4, "0")}`.padEnd(14, "0").slice(0, 14);
}

/** A message as Meta is sent it. */
export type Body = { to?: string; type?: string; text?: { body: string }; context?: { message_id: string }; [kind: string]: any };

/** A picture of some colour, drawn by the browser. */
export async function picture(page: Page, colour: string, type = "image/png"): Promise<Buffer> {
  const url = await page.evaluate(([colour, type]) => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 800, height: 600 });
    const context = canvas.getContext("2d")!;
    context.fillStyle = colour;
    context.fillRect(0, 0, 800, 600);
    return canvas.toDataURL(type);
  }, [colour, type]);
  return Buffer.from(url.split(",")[1], "base64");
}

/** A film of some colours, as the browser records it in this codec. */
export async function film(page: Page, codec: "avc1.42E01E" | "vp9"): Promise<Buffer> {
  const base64 = await page.evaluate(async (codec) => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 160, height: 120 });
    const context = canvas.getContext("2d")!;
    const recorder = new MediaRecorder(canvas.captureStream(25), { mimeType: `video/mp4;codecs=${codec}` });
    const parts: Blob[] = [];
    recorder.ondataavailable = ({ data }) => parts.push(data);
    const stopped = new Promise((done) => (recorder.onstop = done));
    recorder.start();
    for (let frame = 0; frame < 15; frame++) {
      context.fillStyle = `hsl(${frame * 24} 80% 50%)`;
      context.fillRect(0, 0, 160, 120);
      await new Promise(requestAnimationFrame);
      await new Promise((next) => setTimeout(next, 40));
    }
    recorder.stop();
    await stopped;
    const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  }, codec);
  return Buffer.from(base64, "base64");
}

/** A sticker of two pictures, one after the other (RFC 9649). */
export async function movingSticker(page: Page): Promise<Buffer> {
  const chunk = (kind: string, content: Buffer) => {
    const size = Buffer.alloc(4);
    size.writeUInt32LE(content.length);
    return Buffer.concat([Buffer.from(kind), size, content, Buffer.alloc(content.length % 2)]);
  };
  const frames: Buffer[] = [];
  for (const colour of ["gold", "teal"]) {
    const url = await page.evaluate((colour) => {
      const canvas = Object.assign(document.createElement("canvas"), { width: 512, height: 512 });
      const context = canvas.getContext("2d")!;
      context.fillStyle = colour;
      context.fillRect(0, 0, 512, 512);
      return canvas.toDataURL("image/webp", 0.5);
    }, colour);
    const still = Buffer.from(url.split(",")[1], "base64");
    const at = still.indexOf("VP8 ");
    const picture = still.subarray(at, at + 8 + still.readUInt32LE(at + 4));
    // Place, size less one, 100 ms, flags.
    frames.push(chunk("ANMF", Buffer.concat([Buffer.from([0, 0, 0, 0, 0, 0, 0xff, 1, 0, 0xff, 1, 0, 100, 0, 0, 0]), picture])));
  }
  const head = chunk("VP8X", Buffer.from([2, 0, 0, 0, 0xff, 1, 0, 0xff, 1, 0]));
  const body = Buffer.concat([Buffer.from("WEBP"), head, chunk("ANIM", Buffer.alloc(6)), ...frames]);
  return chunk("RIFF", body);
}

/** One running inbox. */
export class Inbox {
  base = "";
  graph = "";
  log = "";
  private folder = mkdtempSync(join(tmpdir(), "inbox-spec-"));
  private sandbox?: ChildProcess;
  private server?: ChildProcess;
  private key = "";
  private env: Record<string, string> = {};

  async start() {
    const [port, sandboxPort] = [await freePort(), await freePort()];
    this.base = `http://127.0.0.1:${port}`;
    this.graph = `http://127.0.0.1:${sandboxPort}`;
    this.env = { PATH: process.env.PATH!, HOME: this.folder, LEPTOS_SITE_ADDR: `127.0.0.1:${port}`, SANDBOX_ADDR: `127.0.0.1:${sandboxPort}`, DATABASE_URL: `sqlite:${this.folder}/inbox.db` };
    this.sandbox = spawn(BINARY, ["sandbox"], { env: this.env, cwd: this.folder });
    await new Promise<void>((ready) => {
      let text = "";
      this.sandbox!.stdout!.on("data", (chunk) => {
        text += chunk;
        for (const [, name, value] of text.matchAll(/^(WHATSAPP_\w+)=(\S+)$/gm)) this.env[name] = value;
        if (this.env.WHATSAPP_APP_SECRET) ready();
      });
    });
    this.command(["agent", "add", EMAIL, "--name", "Mira", "--admin"], PASSWORD);
    this.command(["agent", "add", "jonas@shop.example", "--name", "Jonas"], PASSWORD);
    this.key = this.command(["api-key", "add", "specs"]).trim();
    await this.serve();
  }

  /** Runs a command of the binary; its standard output. */
  command(args: string[], input = ""): string {
    return execFileSync(BINARY, args, { env: this.env, cwd: this.folder, input: input + "\n", stdio: ["pipe", "pipe", "pipe"] }).toString();
  }

  async serve() {
    this.server = spawn(BINARY, ["serve"], { env: this.env, cwd: this.folder });
    this.server.stderr!.on("data", (chunk) => (this.log += chunk));
    this.server.stdout!.on("data", (chunk) => (this.log += chunk));
    await expect.poll(() => fetch(`${this.base}/healthz`).then((r) => r.status, () => 0)).toBe(200);
  }

  /** Stops the server, as a crash would. */
  async kill() {
    const gone = new Promise((done) => this.server!.once("exit", done));
    this.server!.kill("SIGKILL");
    await gone;
  }

  /** Stops the server as an operator would. */
  async terminate() {
    const gone = new Promise((done) => this.server!.once("exit", done));
    this.server!.kill("SIGTERM");
    await gone;
  }

  /** What must never be in a log. */
  secrets(): string[] {
    return [this.key, PASSWORD, this.env.WHATSAPP_ACCESS_TOKEN, this.env.WHATSAPP_APP_SECRET];
  }

  async stop() {
    for (const child of [this.server, this.sandbox]) child?.kill("SIGKILL");
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  private async control(path: string, body: unknown) {
    const response = await fetch(`${this.graph}/control/${path}`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
    return response.headers.get("content-type")?.includes("json") ? response.json() : null;
  }

  /** A customer writes; the inbox has it in its thread. */
  async customer(customer: Record<string, unknown>) {
    const answer = await this.control("customer", customer);
    const type = (customer.message as { type?: string } | undefined)?.type;
    if (type !== "reaction") await this.applied((customer.wa_id ?? customer.user_id) as string, answer.id);
    return answer;
  }

  /** Waits until a message is in its thread. */
  private async applied(wa_id: string, wamid: string) {
    const headers = { "x-api-key": this.key };
    await expect.poll(async () => {
      const response = await fetch(`${this.base}/whatsapp/api/chats/${wa_id}/messages/?limit=200`, { headers }).catch(() => null);
      return response?.ok && (await response.text()).includes(wamid);
    }, { intervals: [5, 10, 20, 50, 100, 250], timeout: 30_000 }).toBe(true);
  }

  /** Several texts of one customer, oldest first, a minute apart, the last some minutes ago. */
  async history(wa_id: string, texts: string[], minutesAgo = 5) {
    const now = Math.floor(Date.now() / 1000);
    const values = texts.map((body, index) => ({ from: wa_id, id: `wamid.h${wa_id}x${index}`, timestamp: String(now - 60 * (minutesAgo + texts.length - index)), type: "text", text: { body } }));
    await this.messages(values, wa_id);
  }

  /** A webhook with these `messages[]`. */
  async messages(messages: { id: string }[], wa_id: string, name = `Customer ${wa_id.slice(-4)}`) {
    const metadata = { display_phone_number: "15550783881", phone_number_id: this.env.WHATSAPP_PHONE_NUMBER_ID };
    const value = { messaging_product: "whatsapp", metadata, contacts: [{ wa_id, profile: { name } }], messages };
    await this.control("webhook", { object: "whatsapp_business_account", entry: [{ id: this.env.WHATSAPP_WABA_ID, changes: [{ field: "messages", value }] }] });
    await this.applied(wa_id, messages.at(-1)!.id);
  }

  /** A webhook about anything. */
  async change(field: string, value: Record<string, unknown>) {
    const metadata = { display_phone_number: "15550783881", phone_number_id: this.env.WHATSAPP_PHONE_NUMBER_ID };
    await this.control("webhook", { object: "whatsapp_business_account", entry: [{ id: this.env.WHATSAPP_WABA_ID, changes: [{ field, value: { ...value, metadata } }] }] });
  }

  /** A customer's file; what a webhook says of it. */
  async file(mime: string, bytes: Buffer): Promise<Record<string, unknown>> {
    const response = await fetch(`${this.graph}/control/media`, { method: "POST", headers: { "content-type": mime }, body: new Uint8Array(bytes) });
    return response.json();
  }

  /** A file that was given to WhatsApp. */
  async upload(id: string): Promise<{ type: string; bytes: Buffer }> {
    const headers = { authorization: `Bearer ${this.env.WHATSAPP_ACCESS_TOKEN}`, "user-agent": "specs" };
    const { url } = (await (await fetch(`${this.graph}/v26.0/${id}`, { headers })).json()) as { url: string };
    const response = await fetch(url, { headers });
    return { type: response.headers.get("content-type")!, bytes: Buffer.from(await response.arrayBuffer()) };
  }

  /** The templates of the business. */
  async templates(): Promise<unknown[]> {
    return (await fetch(`${this.graph}/control/templates`)).json();
  }

  putTemplates(templates: unknown[]) {
    return this.control("templates", templates);
  }

  mediaFaults(faults: unknown[]) {
    return this.control("media-faults", faults);
  }

  faults(faults: unknown[]) {
    return this.control("faults", faults);
  }

  settings(settings: Record<string, unknown>) {
    return this.control("settings", settings);
  }

  /** What the Graph API was sent. */
  async received(): Promise<Body[]> {
    const received = (await (await fetch(`${this.graph}/control/received`)).json()) as { body: Body }[];
    return received.map(({ body }) => body);
  }

  /** The messages among it for a number. */
  async bodies(wa_id: string): Promise<Body[]> {
    return (await this.received()).filter(({ to }) => to === `+${wa_id}`);
  }

  /** The texts among them. */
  async sent(wa_id: string): Promise<string[]> {
    return (await this.bodies(wa_id)).map(({ text }) => text!.body);
  }

  async signIn(page: Page, email = EMAIL) {
    await page.goto(`${this.base}/whatsapp/sign-in/`);
    await page.getByLabel("E-mail").fill(email);
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForURL("**/whatsapp/inbox/");
  }
}

/** Opens a page of the inbox and waits until it listens. */
export async function open(page: Page, inbox: Inbox, path: string) {
  await page.goto(inbox.base + path);
  await page.waitForSelector("body[data-hydrated]");
}

/** Until the code is here that is fetched after the first page. */
export const complete = (page: Page) => page.waitForSelector("body[data-complete]");
export const log = (page: Page) => page.getByRole("log");
export const box = (page: Page) => page.getByRole("textbox", { name: "Write a message" });
export const bubble = (page: Page, text: string) => log(page).locator(".bubble", { hasText: text });
export const row = (page: Page, name: string) => page.locator(".row", { hasText: name });

/** Counts conversations, by number or id, as read: very many unread ones would be in the way of other specs. */
export async function readBy(page: Page, whom: string[]) {
  const statuses = await page.evaluate((whom) => Promise.all(whom.map(async (phone) => {
    const answer = await fetch("/whatsapp/api/mark-read/", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ phone }) });
    return answer.status;
  })), whom);
  expect(statuses).toEqual(whom.map(() => 200));
}

/** Looks at a thread to its end, until nothing of it is unread. */
export async function readAll(page: Page) {
  // Until it is there: a key that comes before the page listens is nobody's.
  await expect(async () => {
    await log(page).press("End");
    expect(await fromEnd(page)).toBeLessThan(2);
    await expect(log(page).locator(".bubble").last()).toBeInViewport({ timeout: 500 });
  }).toPass();
  await expect(page.locator(".row[aria-current] .badge")).toHaveCount(0);
  // The page shows it before the server has it: whoever leaves at once takes it along.
  const segment = new URL(page.url()).pathname.split("/")[3];
  await expect.poll(() => page.evaluate(async (segment) => {
    const { conversations } = await (await fetch("/whatsapp/api/chats/?limit=200")).json();
    return conversations.find((chat: { phone_number: string; id: string }) => [chat.phone_number, chat.id].includes(segment))?.unread_count ?? 0;
  }, segment)).toBe(0);
  await page.waitForLoadState("networkidle");
}

/** How far a thread is from its end, in pixels. */
export const fromEnd = (page: Page) => log(page).evaluate((element) => Math.abs(element.scrollTop));

/** Collects what must not be there. `allowed` names console errors that a spec provokes on purpose. */
export function watch(page: Page, allowed: RegExp[] = []): string[] {
  const found: string[] = [];
  const note = (text: string) => allowed.some((pattern) => pattern.test(text)) || found.push(text);
  page.on("console", (message) => ["warning", "error"].includes(message.type()) && note(message.text()));
  page.on("pageerror", (error) => found.push(String(error)));
  page.on("dialog", (dialog) => note(`dialog: ${dialog.type()}`));
  return found;
}

type Fixtures = { page: Page; allowed: RegExp[] };
type WorkerFixtures = { inbox: Inbox; session: string };

export const test = base.extend<Fixtures, WorkerFixtures>({
  inbox: [
    async ({}, use) => {
      const inbox = new Inbox();
      await inbox.start();
      await use(inbox);
      await inbox.stop();
    },
    { scope: "worker" },
  ],
  session: [
    async ({ inbox, browser }, use) => {
      const page = await browser.newPage();
      await inbox.signIn(page);
      const [cookie] = await page.context().cookies();
      await page.close();
      await use(cookie.value);
    },
    { scope: "worker" },
  ],
  // Each spec's own: what one of them provokes is not allowed to the next.
  allowed: [async ({}, use) => use([]), { option: true }],
  context: async ({ context, inbox, session }, use) => {
    await context.addCookies([{ name: "inbox", value: session, url: inbox.base, httpOnly: true, sameSite: "Lax" }]);
    if (SITE) await context.route("**/pkg/*", (route) => route.fulfill({ path: join(SITE, new URL(route.request().url()).pathname) }));
    await context.addInitScript(() => addEventListener("securitypolicyviolation", (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`)));
    await use(context);
  },
  page: async ({ page, allowed }, use) => {
    const found = watch(page, allowed);
    await use(page);
    expect(found, "the console stays clean").toEqual([]);
  },
});

export { expect, type Browser, type BrowserContext, type Page };

/** A colleague's browser, at the same thread; `found` is what must not be in its console. */
export async function colleague(browser: Browser, inbox: Inbox, number: string): Promise<{ page: Page; found: string[]; close: () => Promise<void> }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  const found = watch(page);
  await inbox.signIn(page, "jonas@shop.example");
  await open(page, inbox, `/whatsapp/inbox/${number}/`);
  await page.waitForSelector("body[data-complete]");
  return { page, found, close: () => context.close() };
}
