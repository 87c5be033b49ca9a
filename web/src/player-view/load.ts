import type { apiClient } from "../api/client";
import { unwrap } from "../api/client";
import type { components } from "../api/schema.gen";
import { Fault } from "../player/fault";
import { openReader, type Reader } from "../player/reader";

type Client = ReturnType<typeof apiClient>;
export type Me = components["schemas"]["Me"];
export type Session = components["schemas"]["Session"];
export type Playback = components["schemas"]["Playback"];

/** Who looks, and at what. */
export async function loadSession(client: Client, id: string, signal: AbortSignal): Promise<{ me: Me; session: Session }> {
  const [me, session] = await Promise.all([
    unwrap(client.GET("/me", { signal })),
    unwrap(client.GET("/sessions/{id}", { params: { path: { id } }, signal })),
  ]);
  return { me, session };
}

/** The recording, or the API's reasons why there is none. Addresses that have expired are asked for again, once. */
export async function loadRecording(
  client: Client,
  id: string,
  signal: AbortSignal,
  onProgress: (loaded: number, total: number) => void,
): Promise<{ playback: Playback; reader?: Reader }> {
  for (let attempt = 1; ; attempt++) {
    const playback = await unwrap(client.GET("/sessions/{id}/playback", { params: { path: { id } }, signal }));
    if (!playback.playable) return { playback };
    try {
      const reader = await openReader(playback, { fetch: (url, init) => fetch(url, init), signal, onProgress });
      return { playback, reader };
    } catch (cause) {
      if (!(cause instanceof Fault && cause.code === "address_refused") || attempt > 1) throw cause;
    }
  }
}
