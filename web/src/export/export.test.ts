import { expect, test } from "vitest";
import type { Session, SessionPage } from "../api/client";
import { Export, type Progress } from "./export";
import { session } from "./session.testing";
import { columns, formats } from "./sessions";

const never = new AbortController().signal;
const quiet = () => {};

/** The API: pages of `size` sessions; every third page is empty because its reading would have cost too much. */
function api(sessions: Session[], size: number) {
  return async (token: string | null): Promise<SessionPage> => {
    const [at, turn] = (token ?? "0,0").split(",").map(Number);
    if (turn % 3 === 2)
      return {
        items: [],
        complete: false,
        searchedBackTo: sessions[Math.max(0, at - 1)]?.actionAt ?? null,
        nextPageToken: `${at},${turn + 1}`,
      };
    const items = sessions.slice(at, at + size);
    const more = at + size < sessions.length;
    return { items, complete: true, searchedBackTo: null, nextPageToken: more ? `${at + size},${turn + 1}` : null };
  };
}

const many = Array.from({ length: 1234 }, (_, i) => session(i));
many[5] = session(5, {
  name: '=1+1, "x"\n김서준',
  port: null,
  durationMs: null,
  sizeBytes: null,
  state: "unreadable",
  reason: "no reader",
});

test("JSON is the API's sessions, all of them, in their order", async () => {
  const file = await new Export(formats.json, api(many, 200)).run(never, quiet);
  expect(file.type).toBe("application/json");
  expect(JSON.parse(await file.text())).toEqual(many);
});

test("nothing found is an empty array, or a head", async () => {
  const none = api([], 200);
  expect(JSON.parse(await (await new Export(formats.json, none).run(never, quiet)).text())).toEqual([]);
  expect(await bytes(new Export(formats.csv, none))).toBe(`\ufeff${columns.join(",")}\r\n`);
});

test("CSV begins with the byte order mark and has a record for every session", async () => {
  const text = await bytes(new Export(formats.csv, api(many, 200)));
  expect(text.startsWith("\ufeffno,actionAt,")).toBe(true);
  expect(text.match(/\r\n/g)).toHaveLength(1 + many.length);
  expect(text).toContain(`,"'=1+1, ""x""\n김서준",`);
  expect(text).toContain(",unreadable,no reader,");
});

test("progress tells rows and how far back, over empty pages too", async () => {
  const told: Progress[] = [];
  await new Export(formats.csv, api(many, 200)).run(never, (p) => told.push(p));
  expect(told.map((p) => p.rows)).toEqual([200, 400, 400, 600, 800, 800, 1000, 1200, 1200, 1234]);
  const back = told.map((p) => p.back!);
  expect(back).toEqual([...back].sort().reverse());
  expect(back.at(-1)).toBe(many.at(-1)!.actionAt);
});

test("a page that fails is asked for again, and no row is lost or doubled", async () => {
  const pages = api(many, 100);
  let asked = 0;
  const file = new Export(formats.json, (token) => (++asked % 4 === 0 ? Promise.reject(new Error("503")) : pages(token)));
  let failures = 0;
  for (;;)
    try {
      expect(JSON.parse(await (await file.run(never, quiet)).text())).toEqual(many);
      break;
    } catch (cause) {
      expect(cause).toEqual(new Error("503"));
      failures++;
    }
  expect(failures).toBeGreaterThan(3);
});

test("cancel stops before the next page, even when its answer was on the way", async () => {
  const stop = new AbortController();
  let asked = 0;
  const pages = api(many, 100);
  const file = new Export(formats.csv, (token) => {
    if (++asked === 3) stop.abort();
    return pages(token);
  });
  await expect(file.run(stop.signal, quiet)).rejects.toThrow(/abort/i);
  expect(asked).toBe(3);
});

test("two exports at a time do not mix", async () => {
  const other = many.slice(0, 700).map((s) => ({ ...s, name: "other" }));
  const [a, b] = await Promise.all([many, other].map((s) => new Export(formats.json, api(s, 50)).run(never, quiet)));
  expect(JSON.parse(await a.text())).toEqual(many);
  expect(JSON.parse(await b.text())).toEqual(other);
});

/** The file's text with its byte order mark, which Blob.text would drop. */
async function bytes(file: Export<Session>): Promise<string> {
  const blob = await file.run(never, quiet);
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(await blob.arrayBuffer());
}
