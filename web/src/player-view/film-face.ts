import { element, button, setText } from "../dom/dom";
import { Fault } from "../player/fault";
import { Film } from "../player/film";
import type { Key } from "../player/messages.en";
import { Patience } from "../player/patience";
import type { Recorded } from "../player/player";
import type { Face } from "./face";
import type { Playback } from "./load";

const attempts = 2;

export interface OpenedFilm {
  format: "video";
  reader: Recorded;
  film: Film<HTMLVideoElement>;
}

/** Opens a film. `ask` asks the API for the playback again: its address ends. */
export async function openFilm(playback: Playback, ask: () => Promise<Playback>, signal: AbortSignal): Promise<OpenedFilm> {
  const patience = new Patience();
  let given: Playback | undefined = playback;
  const address = async () => {
    const { video, message } = given ?? (await patience.try(ask, signal));
    given = undefined;
    if (!video) throw new Fault("refused", message.join(" "));
    return video.url;
  };
  const source = { open: () => openVideo(address, signal), close: closeVideo, now: () => performance.now() };
  const first = await source.open();
  // What is recorded live does not say how long it is: then the archive does, which has read it to its end.
  const durationMs = Number.isFinite(first.duration) ? Math.floor(first.duration * 1000) : (playback.durationMs ?? 0);
  const network = {
    get waiting() {
      return patience.waiting || !navigator.onLine; // a browser tries again for some time by itself
    },
    wake: () => patience.wake(),
  };
  const reader = { index: { durationMs, markers: [] }, patience: network, ahead: () => undefined };
  return { format: "video", reader, film: new Film(first, durationMs, source) };
}

/** A video that says how long it is. An address that is refused is asked for again, once. */
async function openVideo(address: () => Promise<string>, signal: AbortSignal): Promise<HTMLVideoElement> {
  for (let attempt = 1; ; attempt++) {
    const video = element("video", { preload: "auto", playsinline: "", disablepictureinpicture: "", disableremoteplayback: "" });
    video.src = await address();
    const cause = await loaded(video, signal);
    if (!cause) return video;
    closeVideo(video);
    if (signal.aborted || attempt === attempts) throw cause;
  }
}

/** Undefined when the browser can play it, or why not. */
function loaded(video: HTMLVideoElement, signal: AbortSignal): Promise<unknown> {
  return new Promise((done) => {
    signal.addEventListener("abort", () => done(signal.reason), { once: true });
    video.addEventListener("error", () => done(new Fault("unplayable", video.error?.message || `code ${video.error?.code}`)), {
      once: true,
    });
    video.addEventListener(
      "loadedmetadata",
      () => done(video.videoWidth > 0 ? undefined : new Fault("unplayable", "the browser sees no pictures in it")),
      {
        once: true,
      },
    );
  });
}

/** Ends its transfer, which a video that nobody sees goes on with. */
function closeVideo(video: HTMLVideoElement): void {
  video.pause();
  video.removeAttribute("src");
  video.load();
}

/** A film, without a browser's own controls. */
export class FilmFace implements Face {
  readonly root = element("div", { class: "film", "data-testid": "film" });
  readonly tools: HTMLElement[];
  #mute: HTMLButtonElement;

  constructor(
    readonly screen: Film<HTMLVideoElement>,
    private readonly options: { t: (key: Key) => string },
  ) {
    const { t } = options;
    this.#mute = button(t("mute"), "button", () => {
      screen.muted = !screen.muted;
      setText(this.#mute, t(screen.muted ? "unmute" : "mute"));
    });
    this.tools = [this.#mute];
    // A browser's menu offers to save a film: who may do that has the page's own button.
    this.root.addEventListener("contextmenu", (event) => event.preventDefault());
  }

  draw(): boolean {
    const { video } = this.screen;
    if (this.root.firstElementChild === video) return true;
    video.setAttribute("aria-label", this.options.t("filmPicture"));
    this.root.replaceChildren(video);
    return true;
  }

  changed(): string {
    return "";
  }

  shown(): void {
    this.root.dataset.timeMs = String(Math.round(this.screen.shownMs));
  }

  frame(step: 1 | -1, ms: number): Promise<number> {
    return Promise.resolve(this.screen.frame(step, ms));
  }
}
