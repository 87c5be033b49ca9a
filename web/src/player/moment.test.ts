import { expect, it } from "vitest";
import { parseMoment } from "./moment";

it.each([
  ["83", 83_000],
  ["83.25", 83_250],
  ["0", 0],
  ["1m23s", 83_000],
  ["1h", 3_600_000],
  ["1h2m3.5s", 3_723_500],
  ["", undefined],
  [null, undefined],
  ["-5", undefined],
  ["soon", undefined],
])("?t=%s", (text, ms) => expect(parseMoment(text)).toBe(ms));
