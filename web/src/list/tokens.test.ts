import { expect, test } from "vitest";
import { fromQuery, toQuery } from "./tokens";
import type { Where } from "./where";

const token = (propertyKey: string | undefined, operator: string, value: string) => ({ propertyKey, operator: operator as "=", value });
const query = (...tokens: ReturnType<typeof token>[]) => ({ operation: "and" as const, tokens: [], tokenGroups: tokens });

test("terms of one field are or, fields are and, and what is left out is and", () => {
  const where: Where = { any: ["web"], name: ["kim", "lee"], "not.host": ["10.", '"10.2.3.4"'] };
  expect(toQuery(where).tokenGroups).toEqual([
    token(undefined, ":", "web"),
    { operation: "or", tokens: [token("name", ":", "kim"), token("name", ":", "lee")] },
    token("host", "!:", "10."),
    token("host", "!=", "10.2.3.4"),
  ]);
  expect(fromQuery(toQuery(where), {})).toEqual(where);
});

test("equals is a term in quotes, and a quote in it is doubled", () => {
  expect(fromQuery(query(token("name", "=", 'the "best"')), {})).toEqual({ name: ['"the ""best"""'] });
  expect(toQuery({ name: ['"the ""best"""'] }).tokenGroups).toEqual([token("name", "=", 'the "best"')]);
});

test("quotes that do not match are shown as they are", () => {
  for (const term of ['"kim', '"a"b"', '""', '"']) expect(toQuery({ name: [term] }).tokenGroups).toEqual([token("name", ":", term)]);
});

test("a network is never the whole address", () => {
  expect(fromQuery(query(token("clientIp", "=", "10.2.0.0/16"), token("clientIp", "!=", "10.2.3.4")), {})).toEqual({
    clientIp: ["10.2.0.0/16"],
    "not.clientIp": ['"10.2.3.4"'],
  });
});

test("what the search bar does not show stays", () => {
  expect(fromQuery(query(token("email", ":", " x ")), { name: ["gone"], protocol: ["RDP"], "not.serverOs": ["macOS"] })).toEqual({
    email: ["x"],
    protocol: ["RDP"],
    "not.serverOs": ["macOS"],
  });
});

test("empty and doubled tokens ask for nothing", () => {
  const same = token("name", ":", "kim");
  expect(fromQuery(query(same, same, token("email", "=", " "), token(undefined, ":", "")), {})).toEqual({ name: ["kim"] });
});
