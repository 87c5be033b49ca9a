import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { api, axe, day, eventually, launch, newPage, numbers, open, push, root, sessions, shows, signedIn, url } from "./browser.mjs";

// Days that nothing else adds sessions to while these tests run.
const range = `from=${day(80)}&to=${day(3)}`;
const list = `/?${range}&pageSize=200`;
const cast = `${root}testdata/recordings/cast/cast-less.cast`;
let browser, page, all;

before(async () => {
  browser = await launch();
  pushed({ name: "Kim Search", "client-ip": "10.2.200.1" });
  pushed({ name: "KIM Other", "client-ip": "10.2.3.77" });
  pushed({ name: "Kim Search", "client-ip": "10.3.0.1" }); // another network
  pushed({ name: "Kim Search", "client-ip": "10.2.0.9", protocol: "SSH" });
  pushed({ name: "Lee Search", "client-ip": "10.2.0.10" });
  pushed({ name: 'The "best" operator' });
  all = await sessions(`from=${day(80)}&to=${day(2)}`);
  page = await signedIn(browser, list);
  await shows(page, all);
});
after(() => browser?.close());

function pushed(values) {
  const flags = { protocol: "RDP", "server-os": "Windows", "server-name": "win-search", "action-at": `${day(5)}T10:00:00Z`, ...values };
  push(cast, [...Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value]), "--gateway", "e2e-search"]);
}

const fold = (text) => text.normalize("NFKC").toLowerCase();
const holds = (field, term) => (s) => fold(s[field]).includes(fold(term));
const fields = ["name", "email", "account", "serverName", "host", "clientIp", "clientName"];
const said = (on = page) => new URL(on.url()).searchParams;
const bar = (on = page) => on.getByRole("combobox", { name: "Search" });

async function find(wanted, on = page) {
  const found = all.filter(wanted);
  assert.ok(
    found.length > 0 && found.length < all.length,
    `${found.length} of ${all.length} sessions: the test's own question is no question`,
  );
  await shows(on, found);
}

/** Types terms into the search bar, in place of those that are there. */
async function search(...texts) {
  const clear = page.getByRole("button", { name: "Clear the search" });
  if (await clear.isVisible()) await clear.click();
  for (const [i, text] of texts.entries()) {
    await bar().fill(text);
    await bar().press("Enter");
    await page
      .getByRole("button", { name: /^Remove: / })
      .nth(i)
      .waitFor();
  }
}

for (const [label, field, term] of [
  ["Name", "name", "KIM"],
  ["Email", "email", "sato@"],
  ["Account", "account", "ubu"],
  ["Server Name", "serverName", "検証"],
  ["Host", "host", "10.2.3"],
  ["Client IP", "clientIp", "::5"],
  ["Client Name", "clientName", "openssh_9.9"],
])
  test(`${label} is searched`, async () => {
    await search(`${label} : ${term}`);
    await find(holds(field, term));
    assert.deepEqual(said().getAll(field), [term]);
  });

test("a term without a field is looked for in all of them", async () => {
  await search("web");
  await find((s) => fields.some((f) => holds(f, "web")(s)));
  assert.equal(said().get("any"), "web");
});

test("equals is the whole value, and quotes in it are no trouble", async () => {
  await search("Server Name = web-0");
  await page.getByText("no session between").first().waitFor();
  await search("Server Name = WEB-01");
  await find((s) => s.serverName === "web-01");
  assert.equal(said().get("serverName").toLowerCase(), '"web-01"'); // as it was typed, or as it was suggested
  await search('Name = the "best" operator');
  await find((s) => s.name === 'The "best" operator');
  assert.equal(said().get("name").toLowerCase(), '"the ""best"" operator"');
});

test("Client IP takes a network", async () => {
  await search("Client IP = 10.2.0.0/16");
  await find((s) => /^10\.2\./.test(s.clientIp));
  assert.equal(said().get("clientIp"), "10.2.0.0/16");
  await search("Client IP : 2001:db8:1::/48");
  await find((s) => s.clientIp.startsWith("2001:db8:1:"));
});

test("what must not be there is left out", async () => {
  await search("Server Name !: web", "Name != Kim Minji");
  await find((s) => !holds("serverName", "web")(s) && s.name !== "Kim Minji");
  assert.equal(said().get("not.serverName"), "web");
  assert.equal(said().get("not.name"), '"Kim Minji"');
});

test("terms of one field are or, fields are and, and the page says so", async () => {
  await search("Name : kim", "Server Name : web", "Name : olivia");
  await find((s) => (holds("name", "kim")(s) || holds("name", "olivia")(s)) && holds("serverName", "web")(s));
  const words = (await page.getByRole("group").allInnerTexts()).join(" ").replace(/\s+/g, " ");
  assert.match(words, /Name : kim or Name : olivia and Server Name : web/);
});

test("a term that the API refuses is shown with its words, and can be removed", async () => {
  await search("Client IP : 10.2.0.0/99");
  await page.getByText('"10.2.0.0/99" is no network').waitFor();
  assert.deepEqual(await numbers(page), [], "rows that do not answer the question");
  await page.getByRole("button", { name: /^Remove: Client IP contains/ }).click();
  await shows(page, all);
});

test("filters take effect on Apply, and stand as chips that can be removed", async () => {
  let asked = 0;
  page.on("request", (r) => (asked += r.url().includes("/api/v1/sessions?") ? 1 : 0));
  await page.goto(url + list);
  await shows(page, all);
  const panel = page.getByRole("dialog", { name: "Filters" });
  const choose = async (...values) => {
    await page.getByRole("button", { name: /^Filters/ }).click();
    for (const [group, value] of values) await panel.getByRole("group", { name: group }).getByRole("checkbox", { name: value }).click();
  };
  await choose(["Server OS", "RHEL"]);
  await panel.getByRole("button", { name: "Cancel" }).click();
  await choose(["Server OS", "Windows"], ["Server OS", "RHEL"], ["Protocol", "SSH"], ["Protocol", "RDP"], ["Connected From", "Proxy"]);
  assert.equal(asked, 1, "nothing is asked for before Apply");
  assert.equal(page.url(), url + list);
  await panel.getByRole("button", { name: "Apply" }).click();
  const os = (s) => ["Windows", "RHEL"].includes(s.serverOs);
  const protocol = (s) => ["SSH", "RDP"].includes(s.protocol);
  await find((s) => os(s) && protocol(s) && s.connectedFrom === "Proxy");
  assert.deepEqual(said().getAll("serverOs"), ["RHEL", "Windows"]);
  await page.getByText("Server OS: RHEL or Windows").waitFor();
  await page.getByRole("button", { name: "Remove: Connected From: Proxy" }).click();
  await find((s) => os(s) && protocol(s));
  await page.getByRole("button", { name: "Remove: Server OS: RHEL or Windows" }).click();
  await find(protocol);
});

test("Clear all leads to the list of this month", async () => {
  await page.goto(`${url}${list}&name=kim&not.protocol=SSH&serverOs=Windows`);
  await find((s) => holds("name", "kim")(s) && s.protocol !== "SSH" && s.serverOs === "Windows");
  await page.getByRole("button", { name: "Clear all" }).first().click();
  await page.getByText("Action At: This month").waitFor();
  await page.waitForURL(`${url}/`);
  await page.goBack();
  await find((s) => holds("name", "kim")(s) && s.protocol !== "SSH" && s.serverOs === "Windows");
});

test("all RDP sessions of anyone named kim on Windows servers from 10.2.0.0/16, and the link to them", async () => {
  const wanted = all.filter(
    (s) =>
      s.protocol === "RDP" &&
      holds("name", "kim")(s) &&
      s.serverOs === "Windows" &&
      s.clientIp.startsWith("10.2.") &&
      s.actionAt.startsWith(day(5)),
  );
  assert.ok(wanted.length >= 2);
  await page.goto(`${url}/`);
  await bar().waitFor();
  await bar().focus(); // nothing but the keyboard from here on
  for (const text of ["Name : kim", "Client IP : 10.2.0.0/16"]) {
    await page.keyboard.type(text);
    await page.keyboard.press("Enter");
    await eventually(async () => assert.equal(await bar().inputValue(), ""));
  }
  const button = page.getByRole("button", { name: "Filters" });
  await button.focus();
  await page.keyboard.press("Enter");
  const panel = page.getByRole("dialog", { name: "Filters" });
  await panel.waitFor();
  for (const name of ["Windows", "RDP"]) {
    await panel.getByRole("checkbox", { name }).focus();
    await page.keyboard.press("Space");
  }
  await panel.getByRole("button", { name: /Action At/ }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Absolute range" }).focus();
  await page.keyboard.press("Enter");
  for (const name of ["Start date", "End date"]) {
    await page.getByRole("textbox", { name }).focus();
    await page.keyboard.press("Control+A");
    await page.keyboard.type(day(5));
  }
  await page.getByRole("button", { name: "Confirm" }).focus();
  await page.keyboard.press("Enter");
  await panel.getByRole("button", { name: "Apply" }).focus();
  await page.keyboard.press("Enter");
  await shows(page, wanted);
  assert.equal(await page.evaluate(() => document.activeElement.innerText), "Filters (2)", "the focus comes back");
  const link = page.url();
  assert.equal(link, `${url}/?name=kim&clientIp=10.2.0.0/16&serverOs=Windows&protocol=RDP&from=${day(5)}&to=${day(5)}`);

  const other = await newPage(browser, { timezoneId: "Asia/Tokyo", locale: "ko-KR" });
  await open(other, link.slice(url.length), "admin");
  await shows(other, wanted);
  assert.equal(other.url(), link);
  await other.context().close();
});

test("what an address gets wrong is ignored, or refused in the API's words", async () => {
  await page.goto(`${url}${list}&foo=bar&not.foo=1&name=&email=%20&range=always`);
  await shows(page, all);
  await page.goto(`${url}${list}&serverOs=BeOS`);
  await page.getByText('serverOs: "BeOS" is none of').waitFor();
  await page.goto(`${url}${list}&page=garbage`);
  await page.getByText("page token", { exact: false }).first().waitFor();
  await page.getByRole("button", { name: "First page" }).first().click();
  await shows(page, all);
});

test("values of a field are suggested, as the API gives them", async () => {
  const { values } = await api("/sessions/values?field=serverName&prefix=web");
  await page.goto(url + list);
  await bar().fill("Server Name : web");
  const options = page.getByRole("option", { name: /^Server Name : / });
  if (values.length === 0) await page.getByText("No such value").waitFor();
  else await eventually(async () => assert.equal(await options.count(), values.length));
});

test("suggestions are asked for after a pause, and fail without harm", async () => {
  const asked = [];
  let answer = { json: { values: ["web-01", "web-02"] } }; // the API may know more of what is alike
  await page.route("**/sessions/values?*", (route) => {
    asked.push(new URL(route.request().url()).search);
    return route.fulfill(answer);
  });
  await page.goto(url + list);
  await shows(page, all);
  await bar().pressSequentially("Server Name = web-server", { delay: 10 });
  const options = page.getByRole("option", { name: /^Server Name = / });
  await eventually(async () => assert.equal(await options.count(), 2));
  assert.equal(asked.at(-1), "?field=serverName&prefix=web-server");
  assert.ok(asked.length < "web-server".length / 2, `asked for at each key: ${asked}`);
  await options.first().click();
  await find((s) => s.serverName === "web-01");
  answer = { status: 503, json: { code: "unavailable", detail: "no" } };
  await bar().fill("Account : ubu");
  await page.getByText("The values could not be loaded.").first().waitFor();
  await bar().press("Enter");
  await eventually(() => assert.deepEqual(said().getAll("account"), ["ubu"]));
  await find((s) => s.serverName === "web-01" && holds("account", "ubu")(s));
  await page.unrouteAll();
});

test("a search that ends early says how far it got, and goes on", async () => {
  const asked = [];
  await page.route("**/api/v1/sessions?*", async (route) => {
    const query = new URL(route.request().url()).searchParams;
    asked.push(query.get("pageToken"));
    if (query.get("pageToken") === null)
      return route.fulfill({ json: { items: [], nextPageToken: "one", complete: false, searchedBackTo: "2026-01-02T03:04:05.678Z" } });
    if (query.get("pageToken") === "one")
      return route.fulfill({
        json: { items: all.slice(0, 3), nextPageToken: "two", complete: false, searchedBackTo: "2026-01-01T00:00:00.000Z" },
      });
    return route.fulfill({ json: { items: [], nextPageToken: null, complete: true, searchedBackTo: null } });
  });
  await page.goto(url + list);
  await page.getByText("nothing found yet, searched back to 2026-01-02 03:04:05").first().waitFor();
  assert.deepEqual(await axe(page), []);
  await page.getByRole("button", { name: "Go on searching" }).first().click();
  await shows(page, all.slice(0, 3));
  await page.getByText("searched back to 2026-01-01 00:00:00").waitFor();
  assert.deepEqual(await axe(page), []);
  await page.getByRole("button", { name: "Go on searching" }).click();
  await page.getByText("no more sessions between").first().waitFor();
  assert.deepEqual(asked, [null, "one", "two"]);
  await page.unrouteAll();
});

test("axe finds nothing, with conditions, suggestions and the panel, in light and dark, in three languages", async () => {
  const suggestions = (of) => of.locator(".search input").fill("a");
  const panel = async (of) => {
    await of.locator(".search > button").click();
    await of.getByRole("dialog").waitFor();
  };
  for (const [colorScheme, locale, state] of [
    ["light", "en-US", suggestions],
    ["dark", "ko-KR", panel],
    ["light", "ja-JP", panel],
  ]) {
    const other = await newPage(browser, { colorScheme, locale });
    await open(other, `/?${range}&pageSize=10&name=kim&name=olivia&not.host=db&serverOs=Windows&serverOs=Ubuntu&not.protocol=FTP`);
    await eventually(async () => assert.equal((await numbers(other)).length, 10));
    await state(other);
    assert.deepEqual(await axe(other), []);
    assert.deepEqual([other.violations, other.faults], [[], []]);
    await other.context().close();
  }
});

test("the pages' policy blocked nothing, and nothing failed unseen", () => {
  assert.deepEqual(page.violations, []);
  assert.deepEqual(page.faults, []);
});
