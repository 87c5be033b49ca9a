/** One record (RFC 4180, section 2), its line break included. */
export function record(values: readonly (string | number | null)[]): string {
  return values.map(field).join(",") + "\r\n";
}

function field(value: string | number | null): string {
  if (value === null) return "";
  const text = typeof value === "string" ? defuse(value) : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Spreadsheets take these for the start of a formula; an apostrophe before them makes it text. */
function defuse(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}
