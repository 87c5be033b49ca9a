import list from "../../../internal/passphrase/common.txt?raw";

const listed = new Set(list.split("\n").map(fold));

/** Words that make nothing harder to guess. One that holds another comes before it. */
const padded =
  "administrator passphrase password passw0rd p@ssword p@ssw0rd passwort tapedeck iloveyou changeme letmein welcome default secret master login admin".split(
    " ",
  );

/** Rows of characters that fingers or the mind go along. */
const walks = ["01234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p"];

/** How many characters of a passphrase must not be what one expects after those before. */
const surprising = 8;

/**
 * Whether a passphrase is among those that are guessed first: one of the list, or too little that surprises once the
 * padding, repetitions and walks are left out.
 */
export function isCommon(passphrase: string): boolean {
  let s = fold(passphrase);
  if (listed.has(s)) return true;
  for (const word of padded) s = s.replaceAll(word, "");
  return surprises(unit([...s])) < surprising;
}

/** Leaves out what separates words, and the case of the letters of ASCII. */
function fold(s: string): string {
  return s.replace(/[\p{White_Space}\-_.,]/gu, "").replace(/[A-Z]/g, (c) => c.toLowerCase());
}

/** The shortest beginning that makes s when it is repeated. */
function unit(s: string[]): string[] {
  const repeats = (n: number) => s.every((c, i) => i < n || c === s[i - n]);
  for (let n = 1; n < s.length; n++) if (repeats(n)) return s.slice(0, n);
  return s;
}

/** Counts the characters that are neither the one before nor its neighbour in a walk. */
function surprises(s: string[]): number {
  return s.filter((c, i) => i === 0 || (c !== s[i - 1] && !neighbours(s[i - 1], c))).length;
}

function neighbours(a: string, b: string): boolean {
  return walks.some((walk) => walk.includes(a + b) || walk.includes(b + a));
}
