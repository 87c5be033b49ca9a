import { describe, expect, it } from "vitest";
import { outline } from "./heat";

describe("the outline of activity", () => {
  it("has a step for each span, as high as the root of its share, and ends where the recording ends", () => {
    expect(outline([0, 255, 64], 0.4)).toBe("M0 1V1H0.4V0H0.8V0.499H1V1Z");
  });

  it("of nothing is flat", () => {
    expect(outline([], 1)).toBe("M0 1V1Z");
  });
});
