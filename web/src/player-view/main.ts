import { apiClient, Problem } from "../api/client";
import { loadSettings, signIn } from "../auth/auth";
import { dash, formatDuration, formatTime, offset } from "../format/time";
import { translator } from "../i18n/i18n";
import { Fault } from "../player/fault";
import { en } from "../player/messages.en";
import { ja } from "../player/messages.ja";
import { ko } from "../player/messages.ko";
import { momentText, parseMoment } from "../player/moment";
import { refusal, stateText } from "../player/refusal";
import { searchTranscript } from "../player/transcript";
import { button, element } from "../dom/dom";
import { showActivity } from "./activity";
import { Header } from "./header";
import { leave } from "./leave";
import { asker, loadRecording, loadSession, storage, typedOf, type Me, type Opened, type Session } from "./load";
import type { Face } from "./face";
import type { FilesFaceOptions } from "./files-face";
import { Replay } from "./replay";
import { TextFace } from "./text-face";
import { messageView, waitView, type Message } from "./status";
import { applyTheme } from "./theme";

interface FaceOptions extends FilesFaceOptions {
  t: typeof t;
  elapsed: (ms: number) => string;
  redraw: () => void;
}

applyTheme();
const t = translator({ en, ko, ja });
const header = new Header(
  { page: t("page"), name: t("name"), actionAt: t("actionAt"), sessionRecord: t("sessionRecord"), back: t("back") },
  close,
);
const stage = element("main", { class: "stage" });
const bottom = element("div", { class: "bottom" });
let transfers = new AbortController();
let replay: Replay | undefined;
let seen: Session | undefined;

document.title = `${t("page")} - Tapedeck`;
document.body.append(header.root, stage, bottom);
document.addEventListener("keydown", (event) => {
  const busy = event.defaultPrevented || document.querySelector("dialog[open]") || document.fullscreenElement;
  if (event.key === "Escape" && !busy) close();
});
// Coming back by the browser's own forward button: what close() stopped begins again.
addEventListener("pageshow", (event) => {
  if (event.persisted) void open();
});
void open();

async function open(): Promise<void> {
  keepMoment();
  transfers.abort();
  replay?.close();
  replay = undefined;
  transfers = new AbortController();
  const { signal } = transfers;
  show(waitView(t("loading")));
  try {
    const settings = await loadSettings();
    const auth = await signIn(settings);
    // Read after signing in, which may have been away from this address and back.
    const query = new URLSearchParams(location.search);
    const id = query.get("id");
    if (!id) return showMessage({ title: t("failed"), sentences: [t("noId")] });
    const client = apiClient(settings.apiBase, () => {
      keepMoment(); // where the token has ended, the way to sign in leads back here
      return auth.token();
    });
    const { me, session } = await loadSession(client, id, signal);
    showSession(me, session);
    if (me.roles.includes("admin"))
      header.tools = [button(t("activity"), "button", () => showActivity(t, { client, session: id, zone: me.timeZone, explain }))];
    const ask = asker(client, id, signal);
    const { playback, opened, unplayable } = await loadRecording(client, id, ask, signal);
    if (signal.aborted) return;
    if (!opened) {
      const time = (iso: string) => formatTime(iso, me.timeZone);
      const { DownloadView } = await import("../download/view");
      const more = new DownloadView({ client, session: id, me, time, signal }).root;
      const why = unplayable && describe(unplayable, t("notPlayable"));
      return showMessage({ title: t("notPlayable"), sentences: refusal(t, playback), ...why, more });
    }

    const start = Date.parse(session.actionAt);
    const { reader } = opened;
    const wallClock = (ms: number) => formatTime(new Date(start + ms).toISOString(), me.timeZone);
    const fail = (cause: unknown) => showMessage(describe(cause, t("failedReplay")));
    const face = await faceOf(opened, {
      t,
      elapsed: formatDuration,
      redraw: () => replay?.redraw(),
      seek: (ms) => replay?.seek(ms),
      wallClock,
      startMs: start,
      fileName: `${session.sessionRecord}-files`,
      mark: (moments) => replay?.controls.slider.setHits(moments),
      fail,
    });
    if (signal.aborted) return;
    replay = new Replay(reader, face, {
      t,
      elapsed: formatDuration,
      wallClock,
      link: (ms) => addressAt(ms).href,
      search:
        opened.format === "terminal"
          ? (text, most, onPart, signal) => {
              const { patience, index } = opened.reader;
              return searchTranscript(text, index.segments.length, most, { fetch: storage, ask, patience, signal, onPart });
            }
          : undefined,
      // The API decides; who would be refused is not tempted.
      typed: opened.format === "guacamole" && me.roles.includes("admin") ? typedOf(client, id, opened.reader) : undefined,
      explain,
      close,
      fail,
    });
    show(replay.stage, replay.controls.root);
    replay.start(parseMoment(query.get("t")) ?? 0);
  } catch (cause) {
    if (!signal.aborted) showMessage(describe(cause, t("failed")));
  }
}

/** What shows a recording of this format. */
async function faceOf(opened: Opened, options: FaceOptions): Promise<Face> {
  if (opened.format === "terminal") return new TextFace(opened.reader, options);
  if (opened.format === "filelog") {
    const { FilesFace } = await import("./files-face");
    return new FilesFace(opened.reader, options);
  }
  if (opened.format === "video") {
    const { FilmFace } = await import("./film-face");
    return new FilmFace(opened.film, options);
  }
  const { GraphicsFace } = await import("./graphics-face"); // with Guacamole's client, which terminals do not need
  return new GraphicsFace(opened.reader, options);
}

/** The address of this page at a moment; nothing else that a person chose is in it. */
function addressAt(ms: number): URL {
  const address = new URL(location.pathname, location.href);
  address.search = new URLSearchParams({ id: new URLSearchParams(location.search).get("id") ?? "", t: momentText(ms) }).toString();
  return address;
}

/** Puts the moment into the address, for a way back or another try. */
function keepMoment(): void {
  if (replay) history.replaceState(null, "", addressAt(replay.ms));
}

function close(): void {
  if (transfers.signal.aborted) return; // a second Esc must not go back once more
  transfers.abort();
  replay?.close();
  leave();
}

function show(view: HTMLElement, controls?: HTMLElement): void {
  stage.replaceChildren(view);
  bottom.replaceChildren(...(controls ? [controls] : []));
}

function showSession(me: Me, session: Session): void {
  seen = session;
  const { timeZone } = me;
  document.title = `${session.sessionRecord} - Tapedeck`;
  header.set(
    { name: dash(session.name), actionAt: formatTime(session.actionAt, timeZone), sessionRecord: dash(session.sessionRecord) },
    offset(timeZone, session.actionAt),
  );
}

function showMessage(message: Message): void {
  keepMoment();
  replay?.close();
  replay = undefined;
  show(messageView(message));
}

function explain(cause: unknown): string {
  const { sentences, small = [] } = describe(cause, "");
  return [...sentences, ...small].join(" ");
}

function describe(cause: unknown, title: string): Message {
  const retry = { label: t("tryAgain"), act: () => void open() };
  if (cause instanceof Problem) {
    const small = cause.requestId ? [t("requestId", { id: cause.requestId })] : [];
    if (cause.status === 409) return { title: t("notReady"), sentences: [(seen && stateText(t, seen)) ?? cause.detail], small, retry };
    if (cause.status === 404) return { title: t("noSession"), sentences: [], small };
    return { title, sentences: [cause.detail], small, retry };
  }
  if (cause instanceof Fault)
    return { title, sentences: [t(`fault_${cause.code}`)], small: [t("detail", { detail: cause.detail })], retry };
  const detail = cause instanceof Error ? cause.message : String(cause);
  return { title, sentences: [t("unexpected")], small: [t("detail", { detail })], retry };
}
