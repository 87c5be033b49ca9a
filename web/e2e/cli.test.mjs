import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { after, before, test } from "node:test";
import { axe, launch, newPage, root, sessions, url } from "./browser.mjs";

// The command line signs in at the running stack, and works with what it kept.
let browser, home;
const secrets = [];

before(async () => {
  browser = await launch();
  home = mkdtempSync(`${tmpdir()}/tapedeck-cli-`);
});
after(() => {
  rmSync(home, { recursive: true, force: true });
  return browser?.close();
});

/** Runs bin/tapedeck as a person with a home of their own. seen is called with all that it has said on the standard error, until it answers true. */
function tapedeck(args, { seen, env } = {}) {
  const child = spawn(`${root}bin/tapedeck`, args, {
    cwd: home,
    env: { PATH: process.env.PATH, HOME: home, XDG_CONFIG_HOME: home, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = { out: "", notes: "" };
  let met = !seen;
  child.stdout.on("data", (data) => (said.out += data));
  child.stderr.on("data", (data) => {
    said.notes += data;
    met ||= seen(said.notes);
  });
  return new Promise((done, fail) => {
    child.on("error", fail);
    child.on("close", (status) => {
      for (const secret of secrets) assert.ok(!(said.out + said.notes).includes(secret), `${args[0]} prints a token`);
      done({ ...said, status });
    });
  });
}

/** What is kept on the disk: its tokens must be nowhere else. */
function learn() {
  const folder = `${home}/tapedeck/sign-ins`;
  for (const name of readdirSync(folder).filter((n) => n.endsWith(".json"))) {
    assert.equal(statSync(`${folder}/${name}`).mode & 0o777, 0o600);
    const kept = JSON.parse(readFileSync(`${folder}/${name}`, "utf8"));
    secrets.push(kept.accessToken, kept.accessToken.slice(-40), kept.refreshToken);
  }
}

/** Signs in while a person does their part in a browser, at the address that a pattern finds. */
async function login(flags, pattern, person) {
  let asked;
  const address = new Promise((done) => (asked = done));
  const seen = (notes) => {
    const found = pattern.exec(notes);
    if (found) asked(found);
    return Boolean(found);
  };
  const ended = tapedeck(["login", url, "--name", "here", ...flags], { seen });
  const page = await newPage(browser);
  await person(page, await Promise.race([address, ended.then((r) => assert.fail(r.notes))]));
  assert.deepEqual(page.violations, []);
  await page.context().close();
  const result = await ended;
  if (result.status === 0) learn();
  return result;
}

async function finds(archive) {
  const [newest] = await sessions("");
  const { out, notes, status } = await tapedeck(["search", "--json", "--limit", "1", ...archive]);
  assert.equal(status, 0, notes);
  assert.equal(JSON.parse(out)[0].id, newest.id);
}

test("a browser on this computer signs the command line in, and a search finds", async () => {
  const { out, status, notes } = await login(["--no-browser"], /^ {2}(http\S+code_challenge\S+)$/m, async (page, [, address]) => {
    await page.goto(address);
    await page.locator('[data-person="exporter"]').click();
    await page.getByText("Go back to the terminal").waitFor();
    assert.deepEqual(await axe(page), []);
    assert.deepEqual(page.faults, []);
    if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/done.png` });
  });
  assert.equal(status, 0, notes);
  assert.equal(out, "Signed in to here as Eli Exporter <eli.exporter@example.test> (exporter).\n");
  await finds([]);
  await finds(["--archive", "here"]);
});

test("what is exported with the kept sign-in is opened again", async () => {
  const [{ id }] = (await sessions("")).filter((s) => s.state === "ready" && s.protocol === "SSH" && s.sizeBytes < 1e6);
  const env = { TAPEDECK_PASSPHRASE: "vivid-otter-canyon-plume-ledger-frost" };
  const made = await tapedeck(["export", id, "--json"], { env });
  assert.equal(made.status, 0, made.notes);
  const { file } = JSON.parse(made.out);
  assert.match(file, /\.age$/);
  const opened = await tapedeck(["open", file, "--out", "session.out"], { env });
  assert.equal(opened.status, 0, opened.notes);
  assert.ok(statSync(`${home}/session.out`).size > 0);
});

test("a code that is approved on another device signs in", async () => {
  const { out, status, notes } = await login(
    ["--device"],
    /^ {2}(http\S+\/device)\n[^]*?^ {2}([A-Z]{4}-[A-Z]{4})\n/m,
    async (page, [, address, code]) => {
      await page.goto(address);
      await page.getByLabel("The code that the program shows").fill("WRONG");
      await page.getByRole("button", { name: "Go on" }).click();
      await page.getByText("That code is not known").waitFor();
      assert.deepEqual(await axe(page), []);
      await page.getByLabel("The code that the program shows").fill(code.toLowerCase());
      await page.getByRole("button", { name: "Go on" }).click();
      await page.getByText(code, { exact: true }).waitFor();
      assert.deepEqual(await axe(page), []);
      if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/device.png` });
      await page.locator('[data-person="auditor"]').click();
      await page.getByText("Signed in as Ada Auditor").waitFor();
    },
  );
  assert.equal(status, 0, notes);
  assert.equal(out, "Signed in to here as Ada Auditor <ada.auditor@example.test> (auditor).\n");
  await finds([]);
  const refused = await tapedeck(["export", (await sessions(""))[0].id], {
    env: { TAPEDECK_PASSPHRASE: "vivid-otter-canyon-plume-ledger-frost" },
  });
  assert.equal(refused.status, 4, refused.notes);
});

test("a person who refuses is signed in nowhere", async () => {
  const { status, notes } = await login(["--device"], /^ {2}(http\S+user_code=\S+)$/m, async (page, [, address]) => {
    await page.goto(address);
    await page.getByRole("button", { name: "Refuse" }).click();
    await page.getByText("Nobody was signed in").waitFor();
  });
  assert.equal(status, 3, notes);
  assert.match(notes, /the sign-in was refused/);
});

test("after signing out nothing is kept, and no token is in a log of the stack", async () => {
  assert.equal((await tapedeck(["logout"])).out, "Signed out of here.\n");
  const { status, notes } = await tapedeck(["search"]);
  assert.deepEqual([status, notes], [3, "tapedeck: nobody is signed in; `tapedeck login here` signs in\n"]);
  assert.ok(secrets.length >= 6);
  const logs = `${root}.tools/run/${process.env.TAPEDECK_STACK ?? "dev"}`;
  let read = 0;
  for (const entry of readdirSync(logs, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.(log|txt|json)$/.test(entry.name)) continue;
    const text = readFileSync(`${entry.parentPath}/${entry.name}`, "utf8");
    read += text.length;
    for (const secret of secrets) assert.ok(!text.includes(secret), `${entry.name} holds a token`);
  }
  assert.ok(read > 1000, `${read} characters of logs were read`);
});
