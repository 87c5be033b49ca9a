import type { apiClient } from "../api/client";
import { Problem, unwrap } from "../api/client";
import type { components } from "../api/schema.gen";
import type { Ask } from "../player/addresses";
import { Fault } from "../player/fault";
import { openReader, type AnyReader, type Reader } from "../player/reader";
import { textsOf } from "../player/texts";
import type { OpenedFilm } from "./film-face";

type Client = ReturnType<typeof apiClient>;
export type Me = components["schemas"]["Me"];
export type Session = components["schemas"]["Session"];
export type Playback = components["schemas"]["Playback"];

export type Opened = AnyReader | OpenedFilm;

export const storage = (url: string, init: RequestInit) => fetch(url, init);

/** Who looks, and at what. */
export async function loadSession(client: Client, id: string, signal: AbortSignal): Promise<{ me: Me; session: Session }> {
  const [me, session] = await Promise.all([
    unwrap(client.GET("/me", { signal })),
    unwrap(client.GET("/sessions/{id}", { params: { path: { id } }, signal })),
  ]);
  return { me, session };
}

/**
 * The recording, or the API's reasons why there is none, or why the browser cannot play this film. Addresses that have
 * expired are asked for again, once.
 */
export async function loadRecording(
  client: Client,
  id: string,
  ask: Ask,
  signal: AbortSignal,
): Promise<{ playback: Playback; opened?: Opened; unplayable?: Fault }> {
  const open = () => unwrap(client.GET("/sessions/{id}/playback", { params: { path: { id } }, signal }));
  for (let attempt = 1; ; attempt++) {
    const playback = await open();
    if (!playback.playable) return { playback };
    if (playback.video) {
      const { openFilm } = await import("./film-face");
      try {
        return { playback, opened: await openFilm(playback, () => faults(open), signal) };
      } catch (cause) {
        if (!(cause instanceof Fault && cause.code === "unplayable")) throw cause;
        return { playback, unplayable: cause };
      }
    }
    try {
      return { playback, opened: await openReader(playback, { fetch: storage, ask, signal }) };
    } catch (cause) {
      if (!(cause instanceof Fault && cause.code === "address_refused") || attempt > 1) throw cause;
    }
  }
}

/** Asks the API for ranges. */
export function asker(client: Client, id: string, signal: AbortSignal): Ask {
  return (segments, transcript) =>
    faults(() => unwrap(client.POST("/sessions/{id}/ranges", { params: { path: { id } }, body: { segments, transcript }, signal })));
}

/** What was typed in a recording of graphics, segment by segment, for who may see it; nothing where nothing is kept. */
export function typedOf(client: Client, id: string, { index, patience }: Pick<Reader<unknown>, "index" | "patience">) {
  return (signal: AbortSignal): AsyncIterable<string> => {
    const frames = [...index.segments.keys()].filter((n) => !index.segments[n]!.keyframe);
    const ask = async (segments: number[]) => {
      try {
        return (await faults(() => unwrap(client.POST("/sessions/{id}/keys", { params: { path: { id } }, body: { segments }, signal }))))
          .segments;
      } catch (cause) {
        if (cause instanceof Problem && cause.status === 404) return [];
        throw cause;
      }
    };
    return textsOf(frames, { fetch: storage, ask, patience, signal });
  };
}

/** What passes by itself is a Fault that says so, anything else the API's Problem. */
async function faults<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (cause) {
    if (!(cause instanceof Problem)) throw cause;
    if (cause.status === 0) throw new Fault("offline", cause.detail);
    if ([429, 502, 503, 504].includes(cause.status)) throw new Fault("busy", `${cause.detail} (${cause.status}, ${cause.requestId})`);
    throw cause;
  }
}
