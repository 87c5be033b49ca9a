import type { components } from "../api/schema.gen";
import type { Key } from "./messages.en";

type T = (key: Key, values?: Record<string, string | number>) => string;
type Playback = Pick<components["schemas"]["Playback"], "reason" | "message" | "limitBytes">;
type Session = Pick<components["schemas"]["Session"], "state" | "reason">;

const kb = 1024;
const mb = 1024 * kb;

/** A limit as the sentence about it says it: in MB, or in KB or bytes below one. */
export function limitText(bytes: number): string {
  if (bytes >= mb) return `${Math.floor(bytes / mb)}MB`;
  return bytes >= kb ? `${Math.floor(bytes / kb)}KB` : `${bytes}bytes`;
}

/** Why a session that is ready is not replayed. What this page has no words for is said in the API's. */
export function refusal(t: T, { reason, message, limitBytes }: Playback): string[] {
  if (reason === "too_large" && limitBytes !== null) return [t("tooLarge", { size: limitText(limitBytes) }), t("playLocally")];
  return message;
}

/** Why there is nothing to replay; undefined where the state says that there is. */
export function stateText(t: T, { state, reason }: Session): string | undefined {
  if (state === "ready") return undefined;
  return [t(`state_${state}`), reason].filter(Boolean).join(": ") + ".";
}
