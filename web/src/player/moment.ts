/** Reads the `t` of an address: seconds (`83`, `83.5`) or `1h2m3s` with any part left out. Undefined when it is neither. */
export function parseMoment(text: string | null): number | undefined {
  if (text === null || text === "") return undefined;
  if (/^\d+(\.\d+)?$/.test(text)) return milliseconds(Number(text));
  const match = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s)?$/.exec(text);
  if (!match) return undefined;
  const [hours, minutes, seconds] = [match[1], match[2], match[3]].map((part) => Number(part ?? 0));
  return milliseconds((hours! * 60 + minutes!) * 60 + seconds!);
}

/** Writes a moment as `t` has it, such as `1m23.5s`; events are told apart by microseconds. */
export function momentText(ms: number): string {
  const us = Math.round(ms * 1000);
  const [hours, minutes] = [Math.floor(us / 3600e6), Math.floor(us / 60e6) % 60];
  const seconds = (us % 60e6) / 1e6;
  return (hours ? `${hours}h` : "") + (hours || minutes ? `${minutes}m` : "") + `${seconds.toFixed(6).replace(/\.?0+$/, "")}s`;
}

function milliseconds(seconds: number): number {
  return Math.round(seconds * 1e6) / 1000;
}
