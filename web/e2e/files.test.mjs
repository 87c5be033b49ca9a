// A log of file operations in the player: what was moved, on the same timeline as a terminal.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { after, before, test } from "node:test";
import { api, axe, day, eventually, launch, newPage, open, push, root, sessions, signedIn, url } from "./browser.mjs";

const folder = mkdtempSync(`${tmpdir()}/tapedeck-files-`);
const start = `${day(131)}T15:36:21.000Z`;
const sum = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
let browser, page, made;

before(async () => {
  browser = await launch();
  made = pushed("made", [
    { s: 0, op: "list", path: "/srv/보고서" },
    { s: 2, op: "get", path: "/srv/보고서/월간 01.pdf", bytes: 3_500_000, sha256: sum },
    { s: 4, op: "put", path: "/srv/=cmd|'calc'!A1", bytes: 1234 },
    { s: 4, op: "put", path: "/srv/b.csv", bytes: 10 },
    { s: 6, op: "rename", path: "/srv/b.csv", to: "/srv/c.csv" },
    { s: 8, op: "get", path: "/etc/shadow", result: "Permission denied" },
    { s: 60, op: "x-audit", path: "@SUM(1)" },
  ]);
  page = await signedIn(browser, `/player.html?id=${made}`);
  await shown(page, 0);
});
after(() => {
  rmSync(folder, { recursive: true });
  return browser?.close();
});

function pushed(name, operations) {
  const file = `${folder}/${name}.jsonl`;
  const line = ({ s, ...o }) => JSON.stringify({ time: new Date(Date.parse(start) + s * 1000).toISOString(), ...o }) + "\n";
  writeFileSync(file, operations.map(line).join(""));
  return pushedFile(file);
}

const pushedFile = (file) =>
  push(file, ["--action-at", start, "--name", "File Person", "--account", "transfer", "--protocol", "SFTP", "--gateway", "e2e"]);
const files = (page) => page.getByTestId("files");
const shown = (page, ms) => page.locator(`[data-testid="files"][data-time-ms="${ms}"]`).waitFor({ timeout: 30_000 });
const go = (page, id, query = "") => page.goto(`${url}/player.html?id=${id}${query}`);
const grid = (page) => page.getByRole("grid", { name: "File operations" });
/** The rows that are on the page: texts of their cells, and how they look. */
const rows = (page) =>
  page
    .locator("[data-row]")
    .evaluateAll((found) =>
      found.map((tr) => ({ cells: [...tr.cells].map((td) => td.textContent), next: tr.classList.contains("next"), now: tr.ariaCurrent })),
    );
const sums = async (page) => (await page.getByTestId("file-sums").locator("dd").allTextContents()).join(" | ");
/** The seconds at which the timeline, a minute long, has marks. */
const marks = () =>
  page.locator(".timeline-hit").evaluateAll((found) => found.map(({ style }) => Math.round(parseFloat(style.left) * 0.6)));
const row = (page, text) => page.locator("[data-row]", { hasText: text }).first();

test("what was done is listed, what is still to come is dim, and what it came to is there at once", async () => {
  await go(page, made, "&t=4");
  await shown(page, 4000);
  assert.equal(await sums(page), "7 | 3.3 MB | 1.2 KB | 1");
  assert.equal(await page.getByTestId("file-sums").locator("dd").nth(1).getAttribute("title"), "3,500,000 bytes");
  const found = await rows(page);
  assert.deepEqual(
    found.map(({ cells }) => cells),
    [
      ["0:00.000", "List folder", "/srv/보고서", "", "Done", ""],
      ["0:02.000", "Read", "/srv/보고서/월간 01.pdf", "3.3 MB", "Done", sum.slice(0, 12)],
      ["0:04.000", "Write", "/srv/=cmd|'calc'!A1", "1.2 KB", "Done", ""],
      ["0:04.000", "Write", "/srv/b.csv", "10 bytes", "Done", ""],
      ["0:06.000", "Rename", "/srv/b.csv → /srv/c.csv", "", "Done", ""],
      ["0:08.000", "Read", "/etc/shadow", "", "Permission denied", ""],
      ["1:00.000", "x-audit", "@SUM(1)", "", "Done", ""],
    ],
  );
  assert.deepEqual(
    found.map(({ next }) => next),
    [false, false, false, false, true, true, true],
  );
  assert.deepEqual(
    found.map(({ now }) => now),
    [null, null, null, "true", null, null, null],
  );
  assert.equal(await row(page, "월간").locator("td").nth(3).getAttribute("title"), "3,500,000 bytes");
  assert.equal(await row(page, "월간").locator("td").nth(5).getAttribute("title"), sum);
  assert.equal(await row(page, "월간").locator("td").nth(0).getAttribute("title"), `${day(131)} 15:36:23`);
  assert.deepEqual(await axe(page), []);
});

test("a click on a row goes to its moment, and the link to the moment leads back", async () => {
  await row(page, "월간").click();
  await shown(page, 2000);
  const detail = page.getByLabel("The operation in full");
  assert.match(await detail.innerText(), new RegExp(`3,500,000 bytes[\\s\\S]*${sum}`));
  // Of two at one moment the one that was clicked stays the one that is looked at.
  await row(page, "=cmd").click();
  await shown(page, 4000);
  assert.match(await detail.innerText(), /=cmd/);
  await page.evaluate(() => (navigator.clipboard.writeText = async (text) => void (window.copied = text)));
  await page.getByRole("button", { name: "Copy link" }).click();
  const link = await page.evaluate(() => window.copied);
  assert.match(link, /[?&]t=4s/);
  await page.goto(link);
  await shown(page, 4000);
  assert.equal((await rows(page)).filter(({ next }) => !next).length, 4);
});

test("the timeline and the keys of the page are those of every recording", async () => {
  await page.locator("body").press("Home");
  await shown(page, 0);
  for (const ms of [2000, 4000, 6000]) {
    await page.locator("body").press(".");
    await shown(page, ms);
  }
  await page.locator("body").press(",");
  await shown(page, 4000);
  const box = await page.getByRole("slider").boundingBox();
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  await eventually(async () => assert.ok(Math.abs(Number(await files(page).getAttribute("data-time-ms")) - 30_000) < 500));
  assert.equal((await rows(page)).filter(({ next }) => !next).length, 6);
  await page.getByLabel("Skip idle").check();
  await page.getByLabel("Speed").selectOption("16");
  await page.getByRole("button", { name: "Play", exact: true }).click();
  await page.getByText(/Skipped 0:\d\d in which nothing happened/).waitFor();
  await page.getByRole("button", { name: "Play again" }).waitFor();
  assert.equal((await rows(page)).filter(({ next }) => !next).length, 7);
});

test("rows are reached and chosen by the keyboard alone", async () => {
  await go(page, made, "&t=0");
  await shown(page, 0);
  await page.locator("body").press("/");
  assert.equal(await page.evaluate(() => document.activeElement.type), "search");
  for (let i = 0; i < 10 && !(await grid(page).evaluate((g) => g === document.activeElement)); i++) await page.keyboard.press("Tab");
  for (const key of ["ArrowDown", "ArrowDown", "ArrowDown", "ArrowUp"]) await page.keyboard.press(key);
  const active = () => grid(page).evaluate((g) => document.getElementById(g.getAttribute("aria-activedescendant")).cells[2].textContent);
  assert.equal(await active(), "/srv/=cmd|'calc'!A1");
  assert.equal(await files(page).getAttribute("data-time-ms"), "0", "the arrows are the table's");
  assert.deepEqual(await axe(page), []);
  await page.keyboard.press("Enter");
  await shown(page, 4000);
  assert.equal(await active(), "/srv/=cmd|'calc'!A1");
  await page.keyboard.press("End");
  assert.equal(await active(), "@SUM(1)");
  await page.keyboard.press("PageUp");
  await page.keyboard.press("Home");
  assert.equal(await active(), "/srv/보고서");
  await page.keyboard.press("Space");
  await page.getByRole("button", { name: "Pause" }).click();
});

test("the table is filtered by text, operation and result, and tells what is left", async () => {
  await go(page, made, "&t=4");
  await shown(page, 4000);
  const paths = async () => (await rows(page)).map(({ cells }) => cells[2]);
  const field = page.getByRole("searchbox");
  await field.fill("월간");
  await eventually(async () => assert.deepEqual(await paths(), ["/srv/보고서/월간 01.pdf"]));
  assert.equal(await sums(page), "1 | 3.3 MB | 0 bytes | 0");
  await page.getByText("1 of 7 operations").waitFor();
  await field.press("Escape");
  await eventually(async () => assert.equal((await paths()).length, 7));
  assert.match(page.url(), /player\.html/);
  await page.getByRole("combobox", { name: "Operation" }).selectOption({ label: "Read (2)" });
  await eventually(async () => assert.deepEqual(await paths(), ["/srv/보고서/월간 01.pdf", "/etc/shadow"]));
  assert.deepEqual(await marks(), [2, 8], "both are marked on the timeline");
  await page.getByRole("combobox", { name: "Result" }).selectOption({ label: "Refused or failed" });
  await eventually(async () => assert.deepEqual(await paths(), ["/etc/shadow"]));
  assert.equal(await files(page).getAttribute("data-reached"), "0");
  await row(page, "/etc/shadow").click();
  await shown(page, 8000);
  assert.equal(await files(page).getAttribute("data-reached"), "1");
  await page.getByRole("combobox", { name: "Operation" }).selectOption({ label: "Write (2)" });
  await page.getByText("No operation matches").waitFor();
  assert.deepEqual(await marks(), []);
  assert.deepEqual(await axe(page), []);
});

test("the operations are saved as CSV, as filtered, and no cell is a formula", async () => {
  await go(page, made, "&t=0");
  await shown(page, 0);
  const saved = async () => {
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "CSV" }).click()]);
    assert.match(download.suggestedFilename(), /^transfer_\d{8}_\d{6}-files\.csv$/);
    return readFileSync(await download.path(), "utf8").split("\r\n");
  };
  const all = await saved();
  assert.equal(all[0], "\ufefftime,elapsedMs,op,path,to,bytes,result,sha256");
  assert.equal(all[2], `${start.replace("21.000", "23.000")},2000,get,/srv/보고서/월간 01.pdf,,3500000,ok,${sum}`);
  assert.equal(all[5], `${start.replace("21.000", "27.000")},6000,rename,/srv/b.csv,/srv/c.csv,,ok,`);
  assert.equal(all[7].split(",")[3], "'@SUM(1)");
  assert.equal(all.length, 9);
  await page.getByRole("combobox", { name: "Result" }).selectOption({ label: "Refused or failed" });
  const some = await saved();
  assert.equal(some.length, 3);
  assert.match(some[1], /\/etc\/shadow,,,Permission denied,$/);
});

test("hostile paths are text", async () => {
  const long = "/" + "x".repeat(9000);
  const paths = [
    `<img src=x onerror="window.owned=1"><script>window.owned=1</script>`,
    `/srv/invoice\u202efdp.exe`,
    "/a\n0:00.000\tRead\t/fake\u0000\u001b[31m",
    long,
    "javascript:alert(1)",
    "\u0301".repeat(2000),
    "{{7*7}}${window.owned=1}",
    "/שלום/\u2067abc",
  ];
  const id = pushed(
    "hostile",
    paths.map((path, i) => ({ s: i, op: i === 4 ? "<b>op</b>" : "get", path, to: path, result: i === 5 ? "<i>no</i>\u202e" : "ok" })),
  );
  let dialogs = 0;
  page.on("dialog", (dialog) => {
    dialogs++;
    void dialog.dismiss();
  });
  await go(page, id, "&t=2");
  await shown(page, 2000);
  const found = await rows(page);
  assert.equal(found[0].cells[2], `${paths[0]} → ${paths[0]}`);
  assert.match(found[1].cells[2], /invoice<U\+202E>fdp\.exe/);
  assert.match(found[2].cells[2], /^\/a<U\+000A>0:00\.000<U\+0009>Read.*<U\+0000><U\+001B>\[31m/);
  assert.equal(found[3].cells[2].length, 2 * (8192 + 3) + 3, "a long path is cut, and says so");
  assert.equal(found[4].cells[1], "<b>op</b>");
  assert.equal(found[5].cells[4], "<i>no</i><U+202E>");
  assert.equal(await page.evaluate(() => window.owned), undefined);
  assert.equal(await page.locator(".stage :is(img, script, b, i, a, iframe)").count(), 0);
  const heights = await page.locator("[data-row]").evaluateAll((all) => [...new Set(all.map((tr) => tr.getBoundingClientRect().height))]);
  assert.deepEqual(heights, [28]);
  const box = await page.evaluate(() => [
    document.documentElement.scrollWidth <= innerWidth,
    document.documentElement.scrollHeight <= innerHeight,
  ]);
  assert.deepEqual(box, [true, true]);
  assert.deepEqual(await axe(page), []);
  await page.keyboard.press(".");
  await shown(page, 3000); // the long path in full, below the table
  assert.deepEqual(await axe(page), []);
  assert.equal(dialogs, 0);
});

test("a real log of OpenSSH says what was moved", async () => {
  const id = pushedFile(`${root}testdata/recordings/sftp/sshd-internal-sftp.log`);
  const { items } = await api(`/sessions?from=${start}&to=${day(130)}T00:00:00Z&pageSize=200&protocol=SFTP`);
  assert.equal(items.find((s) => s.id === id).durationMs, 15);
  await go(page, id, "&t=1");
  await shown(page, 15);
  assert.equal(await sums(page), "33 | 807 bytes | 234 KB | 4");
  const found = await rows(page);
  assert.equal(found.at(-1).cells[2], "/home/alice");
  assert.ok(found.some(({ cells }) => cells[2] === "/home/alice/wgrane/raporty/raport 1 ąę.bin" && cells[3] === "39.1 KB"));
});

test("a log that was cut off plays to its last whole line, and one of nothing says so", async () => {
  const cut = `${folder}/cut.log`;
  const whole = readFileSync(`${root}testdata/recordings/sftp/sshd-internal-sftp.log`, "utf8");
  writeFileSync(cut, whole.slice(0, whole.indexOf("written 120000") + 9));
  const id = pushedFile(cut);
  assert.equal((await api(`/sessions/${id}`)).reason, "truncated");
  await go(page, id, "&t=1");
  await page.getByText("the log was cut off before its result").first().waitFor();
  const nothing = `${folder}/nothing.log`;
  writeFileSync(nothing, whole.split("\n").slice(0, 3).join("\n") + "\n");
  await go(page, pushedFile(nothing));
  await page.getByText("No file operation was recorded in this session").waitFor();
  assert.deepEqual(await axe(page), []);
});

test("sessions of the demo that move files have a log", async () => {
  // Those of the last day are odd ones.
  const found = await sessions(`from=${day(91)}T00:00:00Z&to=${day(1)}T00:00:00Z&protocol=SFTP&protocol=FTP`);
  assert.ok(found.length > 0, "the demo has sessions that move files");
  for (const { id } of found.slice(0, 3)) {
    await go(page, id);
    await files(page).waitFor();
  }
});

test("the words are in every language", async () => {
  for (const [locale, name, read] of [
    ["ko-KR", "파일 작업", "읽기"],
    ["ja-JP", "ファイル操作", "読み取り"],
  ]) {
    const other = await newPage(browser, { locale, colorScheme: "dark" });
    await open(other, `/player.html?id=${made}&t=4`);
    await shown(other, 4000);
    await other.getByRole("grid", { name }).waitFor();
    assert.equal((await rows(other))[1].cells[1], read);
    assert.deepEqual(await axe(other), []);
    assert.deepEqual([other.violations, other.faults], [[], []]);
    await other.context().close();
  }
});

test("100,000 operations are as fast as ten", async () => {
  const count = 100_000;
  const ops = ["get", "put", "list", "stat", "rename"];
  const id = pushed(
    "many",
    Array.from({ length: count }, (_, i) => ({
      s: i / 20,
      op: ops[i % 5],
      path: `/srv/exports/2026/${i % 97}/orders ${i}.csv`,
      ...(i % 5 < 2 ? { bytes: i, sha256: i.toString(16).padStart(64, "0") } : {}),
      ...(i % 101 === 0 ? { result: "Permission denied" } : {}),
    })),
  );
  const fresh = await newPage(browser);
  await open(fresh, `/player.html?id=${id}&t=0`);
  await shown(fresh, 0);
  const since = Date.now();
  await go(fresh, id, "&t=41m40s");
  await shown(fresh, 2_500_000);
  const first = Date.now() - since;
  assert.equal((await sums(fresh)).split(" | ")[0], "100,000");
  assert.equal(await files(fresh).getAttribute("data-reached"), "50001");
  await row(fresh, "orders 50000.csv").waitFor();
  assert.ok((await fresh.locator("[data-row]").count()) < 100, "only what can be seen is on the page");

  await fresh.evaluate(() => {
    window.longest = 0;
    let before = performance.now();
    setInterval(() => {
      window.longest = Math.max(window.longest, performance.now() - before);
      before = performance.now();
    }, 1);
  });
  const filtered = [];
  for (const [text, left] of [
    ["orders 9999", "11"],
    ["orders 77", "1,111"],
  ]) {
    const since = Date.now();
    await fresh.getByRole("searchbox").fill(text);
    await fresh.getByText(`${left} of 100,000 operations`).waitFor({ timeout: 60_000 });
    filtered.push(Date.now() - since);
  }
  await fresh.getByRole("searchbox").press("Escape");
  await row(fresh, "orders 50000.csv").waitFor();
  const scroller = fresh.locator(".file-rows");
  await scroller.evaluate((box) => (box.scrollTop = box.scrollHeight));
  await row(fresh, "orders 99999.csv").waitFor();
  await grid(fresh).focus();
  await fresh.keyboard.press("Home");
  await row(fresh, "orders 0.csv").waitFor();
  const longest = await fresh.evaluate(() => window.longest);
  const heap = await fresh.evaluate(() => performance.memory?.usedJSHeapSize ?? 0);
  console.log(
    `100,000 operations: first rows ${Math.round(first)} ms, filtered in ${filtered.join(", then ")} ms, the page stood still for at most ${Math.round(longest)} ms, heap ${Math.round(heap / 2 ** 20)} MB`,
  );
  assert.ok(longest < 1000, `the page stood still for ${longest} ms`);
  assert.deepEqual([fresh.violations, fresh.faults], [[], []]);
  await fresh.context().close();
});

test("the pages' policy blocked nothing, and nothing failed unseen", () => {
  assert.deepEqual(page.violations, []);
  assert.deepEqual(page.faults, []);
});
