import { expect, test } from "vitest";
import { formatWhere, isEmpty, parseWhere, without } from "./where";

const read = (search: string) => parseWhere(new URLSearchParams(search));

test("conditions are read by the API's names, in one order", () => {
  expect(Object.entries(read('?protocol=RDP&not.email="x%40y"&name=kim&name=lee&any=web'))).toEqual([
    ["any", ["web"]],
    ["name", ["kim", "lee"]],
    ["not.email", ['"x@y"']],
    ["protocol", ["RDP"]],
  ]);
});

test("an empty term and one that was said before ask for nothing", () => {
  expect(isEmpty(read("?name=&email=%20&serverOs="))).toBe(true);
  expect(read("?name=kim&name=+kim+&name=Kim")).toEqual({ name: ["kim", "Kim"] });
});

test("a filter's value is spelt as in its list; one that is not there stays for the API to refuse", () => {
  expect(read("?serverOs=amazon+linux&serverOs=BeOS")).toEqual({ serverOs: ["Amazon Linux", "BeOS"] });
});

test("what is not a condition is left alone", () => {
  expect(read("?foo=1&page=2&not.foo=3&constructor=4&not.range=5")).toEqual({});
});

test("what was read is written the same", () => {
  const search = "serverName=web&not.serverName=%22a%22%22b%22&connectedFrom=Web&connectedFrom=ETC";
  const q = new URLSearchParams();
  formatWhere(read(search), q);
  expect(q.toString()).toBe(search);
});

test("a column goes with what it leaves out", () => {
  expect(without(read("?name=a&not.name=b&protocol=SSH"), ["name"])).toEqual({ protocol: ["SSH"] });
});
