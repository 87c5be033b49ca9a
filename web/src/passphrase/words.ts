/**
 * The EFF's large list for dice, of 2016, by Joseph Bonneau and the Electronic Frontier Foundation
 * (https://www.eff.org/dice), licensed under CC BY 3.0 US (https://creativecommons.org/licenses/by/3.0/us/); unchanged
 * but for the numbers of the dice, which are left out. It is loaded when it is asked for: a chunk of its own, 62 KB.
 */
export async function words(): Promise<string[]> {
  const { default: list } = await import("../../../internal/passphrase/words.txt?raw");
  return list.trimEnd().split("\n");
}
