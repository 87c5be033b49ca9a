import { describe, expect, it } from "vitest";
import { en, type Key } from "./messages.en";
import { ko } from "./messages.ko";
import { limitText, refusal, stateText } from "./refusal";

const says =
  (table: Record<Key, string>) =>
  (key: Key, values: Record<string, string | number> = {}) =>
    table[key].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name]));

// The API's own words, which its tests hold: internal/playback.
const sentences = [
  "The file exceeds 700MB, and the session cannot be replayed directly.",
  "To view this session, download the file and play it locally.",
];

describe("what is not replayed", () => {
  it("says its limit in MB, KB or bytes", () => {
    expect([734_003_200, 1_048_576, 1_048_575, 1024, 1023, 1].map(limitText)).toEqual([
      "700MB",
      "1MB",
      "1023KB",
      "1KB",
      "1023bytes",
      "1bytes",
    ]);
  });

  it("says the API's sentences in English, and the same in Korean", () => {
    const over = { reason: "too_large", message: sentences, limitBytes: 734_003_200 } as const;
    expect(refusal(says(en), { ...over, message: [] })).toEqual(sentences);
    expect(refusal(says(ko), { ...over, message: [] })[0]).toMatch(/^파일이 700MB/);
  });

  it("leaves to the API what it has no words for", () => {
    expect(refusal(says(ko), { reason: "not_replayable", message: ["a", "b"], limitBytes: null })).toEqual(["a", "b"]);
  });

  it("says what a state means, with its reason", () => {
    expect(stateText(says(en), { state: "unreadable", reason: "line 3: no JSON" })).toBe("The recording cannot be read: line 3: no JSON.");
    expect(stateText(says(en), { state: "waiting", reason: "" })).toBe("The recording has not been archived yet.");
    expect(stateText(says(en), { state: "ready", reason: "truncated" })).toBeUndefined();
  });
});
