import { expect, it } from "vitest";
import { momentText, parseMoment } from "./moment";

it.each([
  ["83", 83_000],
  ["83.25", 83_250],
  ["1m23.456789s", 83_456.789],
  ["0", 0],
  ["1m23s", 83_000],
  ["1h", 3_600_000],
  ["1h2m3.5s", 3_723_500],
  ["", undefined],
  [null, undefined],
  ["-5", undefined],
  ["soon", undefined],
])("?t=%s", (text, ms) => expect(parseMoment(text)).toBe(ms));

it.each([
  [0, "0s"],
  [83_000, "1m23s"],
  [60_000, "1m0s"],
  [3_600_000.5, "1h0m0.0005s"],
  [59_999.999, "59.999999s"],
  [10_000, "10s"],
])("%d ms is ?t=%s, which is read back", (ms, text) => {
  expect(momentText(ms)).toBe(text);
  expect(parseMoment(text)).toBe(ms);
});
