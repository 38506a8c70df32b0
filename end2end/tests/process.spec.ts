// The binary as an operator meets it: alone in an empty folder, started, stopped, given wrong settings.
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { copyFileSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { test as plain, expect } from "@playwright/test";
import { box, bubble, Inbox, newNumber, open, test, watch } from "./inbox";

const BINARY = resolve(__dirname, "../../target/debug/whatsapp-inbox");
const freePort = () => new Promise<number>((done) => { const server = createServer().listen(0, "127.0.0.1", () => { const { port } = server.address() as { port: number }; server.close(() => done(port)); }); });

async function serve(folder: string, binary = BINARY, extra: Record<string, string> = {}): Promise<{ base: string; out: () => string; child: ChildProcess }> {
  const port = await freePort();
  const child = spawn(binary, ["serve"], { cwd: folder, env: { PATH: process.env.PATH!, LEPTOS_SITE_ADDR: `127.0.0.1:${port}`, ...extra } });
  let text = "";
  child.stdout!.on("data", (chunk) => (text += chunk));
  child.stderr!.on("data", (chunk) => (text += chunk));
  const base = `http://127.0.0.1:${port}`;
  await expect.poll(() => fetch(`${base}/healthz`).then((response) => response.status, () => 0)).toBe(200);
  return { base, out: () => text, child };
}

plain("the binary alone in an empty folder serves the whole page; the first admin comes by the printed link", async ({ browser }) => {
  const folder = mkdtempSync(join(tmpdir(), "inbox-alone-"));
  copyFileSync(BINARY, join(folder, "inbox"));
  const { base, out, child } = await serve(folder, join(folder, "inbox"));
  const link = /http:\S+\/whatsapp\/set-up\/\?token=\S+/.exec(out())![0];
  const page = await browser.newPage();
  const found = watch(page);
  await page.goto(link);
  await page.getByLabel("Your name").fill("Ada");
  await page.getByLabel("E-mail").fill("ada@shop.example");
  await page.getByLabel("Password").fill("correct horse battery");
  await page.getByRole("button", { name: "Create and sign in" }).click();
  await page.waitForURL("**/whatsapp/inbox/");
  await page.waitForSelector("body[data-hydrated]");
  await expect(page.getByText("No conversations yet")).toBeVisible();
  await expect(page.getByText("WHATSAPP_APP_SECRET is not set")).toBeVisible();
  await expect(page.getByText("No WhatsApp number is connected yet")).toBeVisible();
  await page.getByRole("link", { name: "Connect a number" }).click();
  await expect(page.getByRole("heading", { name: "Connect a number" })).toBeVisible();
  expect(found).toEqual([]);
  await page.close();
  for (const file of readdirSync(join(folder, "data"))) {
    if (file.endsWith(".db") || file === "secret.key") expect(statSync(join(folder, "data", file)).mode & 0o077, file).toBe(0);
  }
  const gone = new Promise<number | null>((done) => child.once("exit", done));
  child.kill("SIGTERM");
  expect(await gone, "a graceful stop").toBe(0);
  rmSync(folder, { recursive: true, force: true });
});

plain("a wrong setting names the variable, what is wrong and an example; nothing secret is repeated", () => {
  const run = (env: Record<string, string>, args = ["serve"]) => spawnSync(BINARY, args, { env: { PATH: process.env.PATH!, ...env }, cwd: mkdtempSync(join(tmpdir(), "inbox-wrong-")), encoding: "utf8" });
  for (const [name, value] of [["DATABASE_URL", "mysql://u:hunter2@h/d"], ["BASE_URL", "inbox"], ["LEPTOS_SITE_ADDR", "x"], ["INBOX_SECRET_KEY", "hunter2"], ["RAW_RETENTION_DAYS", "-1"], ["WHATSAPP_ACCESS_TOKEN", "hunter2"]]) {
    const { status, stderr } = run({ [name]: value });
    expect(status).toBe(1);
    expect(stderr).toMatch(name === "WHATSAPP_ACCESS_TOKEN" ? /^WHATSAPP_PHONE_NUMBER_ID .*For example: / : new RegExp(`^${name} .*For example: ${name}=`));
    expect(stderr).not.toContain("hunter2");
  }
  expect(run({}, ["--version"]).stdout).toMatch(/^whatsapp-inbox \d+\.\d+\.\d+/);
  expect(run({}, ["agent", "add", "no-address", "--name", "X"]).stderr).toContain("password");
});

test.describe("stopped and started", () => {
  test.use({ allowed: [/ERR_CONNECTION|ERR_SOCKET|ERR_EMPTY_RESPONSE|WebSocket connection/] });
  test("the inbox keeps what it took when it is stopped and started; logs hold no words, tokens or numbers", async ({ page }) => {
  const own = new Inbox();
  await own.start();
  const number = newNumber();
  await own.signIn(page);
  await own.customer({ wa_id: number, name: "Canary Name", text: "canary-words-7f3a" });
  await open(page, own, `/whatsapp/inbox/${number}/`);
  await own.faults([{ fault: "error", code: 190, status: 401 }]);
  await box(page).fill("canary-answer-91c2");
  await box(page).press("Enter");
  await expect(page.locator(".banner")).toContainText("an admin must renew the access token");
  const began = Date.now();
  await own.terminate();
  expect(Date.now() - began, "a graceful stop").toBeLessThan(10_000);
  await own.serve();
  await page.reload();
  await page.waitForSelector("body[data-hydrated]");
  await expect(bubble(page, "canary-words-7f3a")).toBeVisible();
  await expect(bubble(page, "canary-answer-91c2")).toBeVisible();
  expect(own.command(["replay"])).toContain("1 stored webhooks were applied again");
  await page.reload();
  await expect(bubble(page, "canary-words-7f3a")).toHaveCount(1);
  for (const secret of ["canary", "Canary", number, ...own.secrets()]) expect(own.log, secret).not.toContain(secret);
  await own.stop();
  });

  test("after a backup was restored pages start afresh by themselves, and keep what is typed", async ({ page }) => {
    const own = new Inbox();
    await own.start();
    const number = newNumber();
    await own.signIn(page);
    await own.customer({ wa_id: number, name: "Restored", text: "before" });
    await open(page, own, `/whatsapp/inbox/${number}/`);
    await box(page).fill("typed meanwhile");
    await own.terminate();
    own.command(["migrate", "--new-epoch"]);
    await own.serve();
    await own.customer({ wa_id: number, name: "Restored", text: "after" });
    await expect(bubble(page, "after")).toBeVisible();
    await expect(bubble(page, "before")).toHaveCount(1);
    await expect(box(page)).toHaveValue("typed meanwhile");
    await own.stop();
  });
});

plain("a demo's database is refused by serve, and a real one by demo", async () => {
  const folder = mkdtempSync(join(tmpdir(), "inbox-demo-"));
  const [port, sandboxPort] = [await freePort(), await freePort()];
  const env = { PATH: process.env.PATH!, LEPTOS_SITE_ADDR: `127.0.0.1:${port}`, SANDBOX_ADDR: `127.0.0.1:${sandboxPort}` };
  const demo = spawn(BINARY, ["demo", "--quiet", "--folder", "demo"], { env, cwd: folder });
  let text = "";
  demo.stdout!.on("data", (chunk) => (text += chunk));
  await expect.poll(() => fetch(`http://127.0.0.1:${port}/healthz`).then((response) => response.status, () => 0)).toBe(200);
  expect(text).toContain("Sign in as mira@demo.example");
  const gone = new Promise((done) => demo.once("exit", done));
  demo.kill("SIGTERM");
  await gone;
  const served = spawnSync(BINARY, ["serve"], { env: { ...env, DATABASE_URL: "sqlite:demo/inbox.db" }, cwd: folder, encoding: "utf8" });
  expect([served.status, served.stderr]).toEqual([1, expect.stringContaining("demo's database")]);
  spawnSync(BINARY, ["agent", "add", "ada@shop.example", "--name", "Ada"], { env: { ...env, DATABASE_URL: "sqlite:real/inbox.db" }, cwd: folder, input: "correct horse battery\n" });
  const refused = spawnSync(BINARY, ["demo", "--folder", "real"], { env, cwd: folder, encoding: "utf8" });
  expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining("real inbox")]);
  rmSync(folder, { recursive: true, force: true });
});

test("send: a text, a place and a file leave from the command line, and are in their thread", async ({ page, inbox }) => {
  const wa_id = newNumber();
  await inbox.customer({ wa_id, text: "hello" });
  await open(page, inbox, `/whatsapp/inbox/${wa_id}/`);
  const file = join(mkdtempSync(join(tmpdir(), "send-")), "offer.pdf");
  writeFileSync(file, "%PDF-1.4 an offer");
  expect(inbox.command(["send", "text", wa_id, "Your order is ready"])).toMatch(/^[0-9a-f-]{36} (accepted|sent|delivered|read)\n$/);
  await expect(bubble(page, "Your order is ready")).toContainText("Command line");
  inbox.command(["send", "location", wa_id, "59.9139", "-10.7522", "--name", "Corner bakery"]);
  inbox.command(["send", "media", wa_id, file, "--caption", "As promised"]);
  await expect(bubble(page, "Corner bakery")).toContainText("59.913900, -10.752200");
  await expect(bubble(page, "As promised")).toContainText("offer.pdf");
  expect((await inbox.bodies(wa_id)).map(({ type }) => type)).toEqual(["text", "location", "document"]);
  for (const [args, sentence] of [
    [["text", "999999999", "hi"], "no such conversation"],
    [["text", wa_id, " "], "nothing to send"],
    [["location", wa_id, "91", "0"], "latitude"],
    [["media", wa_id, "/nowhere.pdf"], "cannot be read"],
  ] as const) {
    expect(() => inbox.command(["send", ...args])).toThrow(new RegExp(sentence, "i"));
  }
});
