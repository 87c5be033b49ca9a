import { isCommon } from "./common";

/** Lengths of a passphrase in Unicode code points, after normalisation. */
export const minLength = 15;
export const maxLength = 128;

/** What is wrong with a passphrase, as the API says it. */
export type Refusal = "passphrase_too_short" | "passphrase_too_long" | "passphrase_not_text" | "passphrase_blank" | "passphrase_common";

export type Ruling = { normalised: string; refusal?: undefined } | { normalised?: undefined; refusal: Refusal };

/**
 * The server's rule (internal/passphrase in Go; testdata/passphrases.json holds both to the same). It gives the
 * passphrase in the form in which it is used, NFC, since keyboards differ in how they compose the same characters.
 */
export function rule(passphrase: string): Ruling {
  const s = passphrase.normalize("NFC");
  const length = [...s].length;
  // U+FFFD is what decoders make of invalid text, halves of a surrogate pair are that, and controls cannot be typed.
  if (/[\p{Cs}\p{Cc}\ufffd]/u.test(s)) return { refusal: "passphrase_not_text" };
  if (length < minLength) return { refusal: "passphrase_too_short" };
  if (length > maxLength) return { refusal: "passphrase_too_long" };
  if (/^\p{White_Space}*$/u.test(s)) return { refusal: "passphrase_blank" };
  if (isCommon(s)) return { refusal: "passphrase_common" };
  return { normalised: s };
}
