import { describe, expect, it } from "vitest";
import { add, matcher, noSums, parseOperations, plain, type Filter, type Operation } from "./operations";
import { csvOf } from "./operations-csv";

const operation = (part: Partial<Operation>): Operation => ({
  ms: 0,
  op: "get",
  path: "/a",
  to: "",
  bytes: undefined,
  result: "ok",
  sha256: "",
  ...part,
});

describe("the lines of a segment", () => {
  it("are operations", async () => {
    const text =
      '{"ms":0,"op":"rename","path":"/a\\n","to":"/b","result":"ok"}\n{"ms":5,"op":"put","path":"","bytes":7,"result":"no","sha256":"ab"}\n';
    expect(await parseOperations(text)).toEqual([
      operation({ op: "rename", path: "/a\n", to: "/b" }),
      operation({ ms: 5, op: "put", path: "", bytes: 7, result: "no", sha256: "ab" }),
    ]);
    expect(await parseOperations("")).toEqual([]);
  });

  it("that are none say where", async () => {
    const good = '{"ms":5,"op":"get","path":"/a","result":"ok"}\n';
    for (const [line, what] of [
      ["hello", "line 2 is not JSON"],
      ["", "line 2 is not JSON"],
      ["null", "line 2: the time is not a whole number"],
      ["[]", "line 2: the time is not a whole number"],
      ['{"ms":-1,"op":"get","path":"/a","result":"ok"}', "line 2: the time is not a whole number"],
      ['{"ms":1e99,"op":"get","path":"/a","result":"ok"}', "line 2: the time is not a whole number"],
      ['{"ms":4,"op":"get","path":"/a","result":"ok"}', "line 2: the time goes back"],
      ['{"ms":5,"op":"get","path":"/a","bytes":0.5,"result":"ok"}', "line 2: the bytes are not a whole number"],
      ['{"ms":5,"op":"get","path":{"toString":"x"},"result":"ok"}', "line 2: op, path, to, result or sha256 is not text"],
      ['{"ms":5,"op":"get","path":"/a"}', "line 2: op, path, to, result or sha256 is not text"],
    ]) {
      await expect(parseOperations(`${good}${line}\n`), line).rejects.toMatchObject({ code: "damaged", detail: what });
    }
  });
});

describe("a filter", () => {
  const passes = (filter: Partial<Filter>, part: Partial<Operation>) =>
    matcher({ text: "", op: undefined, result: "any", ...filter }, ["get", "put"])(operation(part));

  it("finds text in path, new name, result and hash, whatever its case and width", () => {
    expect(passes({ text: "REPORT" }, { path: "/srv/Ｒeport.csv" })).toBe(true);
    expect(passes({ text: "보고서" }, { path: "/a", to: "/보고서" })).toBe(true);
    expect(passes({ text: "denied" }, { result: "Permission denied" })).toBe(true);
    expect(passes({ text: "9F86" }, { sha256: "00009f86d0" })).toBe(true);
    expect(passes({ text: "get" }, {})).toBe(false);
    expect(passes({ text: ".*" }, {})).toBe(false);
  });

  it("tells operations and results apart", () => {
    expect(passes({ op: "get" }, {})).toBe(true);
    expect(passes({ op: "put" }, {})).toBe(false);
    expect(passes({ op: "" }, {})).toBe(false);
    expect(passes({ op: "" }, { op: "something else" })).toBe(true);
    expect(passes({ result: "ok" }, { result: "no" })).toBe(false);
    expect(passes({ result: "refused" }, { result: "no" })).toBe(true);
    expect(passes({ result: "refused", text: "a", op: "get" }, {})).toBe(false);
  });
});

it("sums end at the largest whole number", () => {
  const sums = noSums();
  for (const op of ["get", "get", "put", "chmod"]) add(sums, { op, count: 2, refused: 1, bytes: Number.MAX_SAFE_INTEGER - 1 });
  expect(sums).toEqual({ count: 8, refused: 4, read: Number.MAX_SAFE_INTEGER, written: Number.MAX_SAFE_INTEGER - 1 });
});

it("text is shown with all that is in it", () => {
  expect(plain("/srv/\u202efdp.exe\n\x1b[31m\u0000\u2028\ufeff\ud800")).toBe(
    "/srv/<U+202E>fdp.exe<U+000A><U+001B>[31m<U+0000><U+2028><U+FEFF><U+D800>",
  );
  expect(plain("<img src=x>")).toBe("<img src=x>");
  for (const text of ["보고서 ąę", "👩‍💻", "می‌خواهم", "a  b"]) expect(plain(text)).toBe(text);
});

it("a table for spreadsheets holds no formula", async () => {
  async function* chunks() {
    yield [operation({ ms: 1500, path: "=cmd()", bytes: 7, sha256: "ab" })];
    yield [operation({ ms: 2000, op: "rename", path: 'a"b,\n', to: "@x", result: "-1" }), operation({ ms: 2000, path: "\t+1" })];
  }
  const lines = [
    "time,elapsedMs,op,path,to,bytes,result,sha256",
    "2026-11-23T06:04:06.500Z,1500,get,'=cmd(),,7,ok,ab",
    '2026-11-23T06:04:07.000Z,2000,rename,"a""b,\n",\'@x,,\'-1,',
    "2026-11-23T06:04:07.000Z,2000,get,'\t+1,,,ok,",
    "",
  ];
  const made = await csvOf(chunks(), Date.parse("2026-11-23T06:04:05.000Z"));
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(await made.arrayBuffer());
  expect(text).toBe("\ufeff" + lines.join("\r\n"));
  const without = await (await csvOf(chunks(), undefined)).text();
  expect(without.split("\r\n")[1]).toBe(",1500,get,'=cmd(),,7,ok,ab");
});
