/** Reads the `t` of an address: seconds (`83`, `83.5`) or `1h2m3s` with any part left out. Undefined when it is neither. */
export function parseMoment(text: string | null): number | undefined {
  if (text === null || text === "") return undefined;
  if (/^\d+(\.\d+)?$/.test(text)) return Math.round(Number(text) * 1000);
  const match = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s)?$/.exec(text);
  if (!match) return undefined;
  const [hours, minutes, seconds] = [match[1], match[2], match[3]].map((part) => Number(part ?? 0));
  return Math.round(((hours! * 60 + minutes!) * 60 + seconds!) * 1000);
}
