/** `YYYY-MM-DD HH:MM:SS` of a moment in an IANA zone. */
export function formatTime(iso: string, zone: string): string {
  const p = parts(new Date(iso), zone);
  return `${p.year}-${p.month}-${p.day} ${p.hour}:${p.minute}:${p.second}`;
}

/** The zone's offset at a moment, such as "UTC+09:00". */
export function offset(zone: string, iso: string): string {
  const at = new Date(iso);
  const p = parts(at, zone);
  const wall = Date.UTC(+p.year, +p.month - 1, +p.day, +p.hour, +p.minute, +p.second);
  const minutes = Math.round((wall - Math.floor(at.getTime() / 1000) * 1000) / 60_000);
  const two = (n: number) => String(n).padStart(2, "0");
  return `UTC${minutes < 0 ? "-" : "+"}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`;
}

/** `M:SS`, or `H:MM:SS` from an hour on. */
export function formatDuration(ms: number): string {
  const s = Math.floor(Math.max(0, ms) / 1000);
  const two = (n: number) => String(n).padStart(2, "0");
  const [hours, minutes] = [Math.floor(s / 3600), Math.floor(s / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(s % 60)}` : `${minutes}:${two(s % 60)}`;
}

/** "-" for what is not known. */
export function dash(text: string | number | null): string {
  return text === null || text === "" ? "-" : String(text);
}

/** The first moment of the calendar month that contains `at`, in a zone; `step` months later. */
export function monthStart(at: Date, zone: string, step = 0): Date {
  const p = parts(at, zone);
  return startOf(+p.year, +p.month - 1 + step, 1, zone);
}

/** The moment at which a calendar day begins in a zone; days and months may be out of their bounds. */
export function startOf(year: number, month: number, day: number, zone: string): Date {
  const wall = Date.UTC(year, month, day);
  let at = wall;
  for (let i = 0; i < 2; i++) {
    const p = parts(new Date(at), zone);
    at += wall - Date.UTC(+p.year, +p.month - 1, +p.day, +p.hour, +p.minute, +p.second);
  }
  return new Date(at);
}

function parts(at: Date, zone: string): Record<string, string> {
  const format = new Intl.DateTimeFormat("en-CA-u-nu-latn", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
  return Object.fromEntries(format.formatToParts(at).map((p) => [p.type, p.value]));
}
