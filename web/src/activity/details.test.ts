import { expect, test, vi } from "vitest";
import { entry } from "./entry.testing";

vi.stubGlobal("navigator", { languages: ["en"] });
vi.stubGlobal("document", { documentElement: {} });
const { details, runs, what, who } = await import("./details");

const say = (action: Parameters<typeof entry>[0], zone = "UTC") => details(entry(action), zone);

test("the seconds that were given are minutes and seconds, their ends rounded up", () => {
  expect(runs("0.000-12.500 3600.000-3725.001")).toBe("0:00–0:13, 1:00:00–1:02:06");
  const detail = {
    seconds: "0.000-8.000",
    transcriptSeconds: "8.000-61.000",
    segments: "0-1",
    encoder: "3",
    expiresAt: "x",
    index: "bytes=0-9",
  };
  expect(say({ detail })).toEqual(["given 0:00–0:08", "text given 0:08–1:01"]);
  expect(runs("nonsense")).toBe("nonsense");
});

test("a changed setting is its old and its new value", () => {
  const detail = {
    exportEncryption: "required -> notRequired",
    playbackLimitBytes: "734003200 -> none",
    timeZone: "UTC -> Asia/Seoul",
    retentionDays: "400 -> 300",
    later: "a -> b",
    version: "7",
  };
  expect(say({ action: "settings", detail })).toEqual([
    "Export with encryption: required → not required",
    "later: a → b",
    "Playback limit: 700 MB → none",
    "Retention in days: 400 → 300",
    "Time zone: UTC → Asia/Seoul",
  ]);
});

test("a question is its range in the page's zone, and its conditions", () => {
  const detail = {
    from: "2026-11-23T15:00:00.000Z",
    to: "2026-11-24T15:00:00.000Z",
    pageSize: "50",
    firstPage: "false",
    "not.serverOs": "Windows | macOS",
    any: "kim",
  };
  const range = "2026-11-24 00:00:00 to 2026-11-25 00:00:00";
  expect(say({ action: "list", detail }, "Asia/Seoul")).toEqual([
    range,
    "any field: kim",
    "Server OS: not Windows | macOS",
    "a further page",
  ]);
  const own = { ...detail, firstPage: "true", action: "export given | play", person: "ada", gateway: "gw", "not.serverOs": "x" };
  expect(say({ action: "audit", detail: own }, "Asia/Seoul")).toContain("What: Was given an export | Was given a recording");
  const always = { from: "1970-01-01T00:00:00.000Z", to: "9999-12-31T23:59:59.000Z", session: entry().sessionId };
  expect(say({ action: "audit", detail: always })).toEqual(["any time"]);
  expect(say({ action: "audit", detail: { session: "01K | 01M" } })).toEqual(["Session: 01K | 01M"]);
  expect(say({ action: "values", detail: { field: "serverName", prefix: "we" } })).toEqual(["Server Name: we"]);
});

test("what left is its file", () => {
  const detail = { export: "01K", file: "a.cast.age", encrypted: "true", bytes: "2048", sha256: "ab" };
  expect(say({ action: "export requested", detail })).toEqual(["2.0 KB", "encrypted", "a.cast.age"]);
  expect(say({ action: "download", detail: { key: "sessions/x/a/original/1-a.cast", version: "v" } })).toEqual(["1-a.cast"]);
});

test("who it was has a name, an address, a subject, or is a gateway", () => {
  expect(who(entry())).toBe("Ada Auditor");
  expect(who(entry({ personName: "" }))).toBe("ada@example.test");
  expect(who(entry({ personName: "", personEmail: "" }))).toBe("auth0|ada");
  expect(who(entry({ person: "", personName: "", personEmail: "", gateway: "gw-1" }))).toBe("Gateway gw-1");
  expect(who(entry({ person: "", personName: "", personEmail: "" }))).toBe("-");
});

test("what this page does not know is shown as it is", () => {
  expect(what("wiped")).toBe("wiped");
  expect(say({ detail: { later: "<b>x</b>" } })).toEqual(["later: <b>x</b>"]);
  expect(say({ action: "list", detail: { from: "never", to: "ever" } })).toEqual(["never to ever"]);
});
