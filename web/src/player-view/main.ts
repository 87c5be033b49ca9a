import { apiClient, Problem } from "../api/client";
import { loadSettings, signIn } from "../auth/auth";
import { formatBytes } from "../format/bytes";
import { dash, formatDuration, formatTime, offset } from "../format/time";
import { translator } from "../i18n/i18n";
import { Fault } from "../player/fault";
import { en } from "../player/messages.en";
import { ja } from "../player/messages.ja";
import { ko } from "../player/messages.ko";
import { parseMoment } from "../player/moment";
import { element } from "./dom";
import { Header } from "./header";
import { leave } from "./leave";
import { loadRecording, loadSession, type Me, type Session } from "./load";
import { Replay } from "./replay";
import { messageView, WaitView, type Message } from "./status";
import { applyTheme } from "./theme";

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

document.title = `${t("page")} - Tapedeck`;
document.body.append(header.root, stage, bottom);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.defaultPrevented) close();
});
// Coming back by the browser's own forward button: what close() stopped begins again.
addEventListener("pageshow", (event) => {
  if (event.persisted) void open();
});
void open();

async function open(): Promise<void> {
  transfers.abort();
  replay?.close();
  replay = undefined;
  transfers = new AbortController();
  const { signal } = transfers;
  const wait = new WaitView(t("loading"));
  show(wait.root);
  try {
    const settings = await loadSettings();
    const auth = await signIn(settings);
    // Read after signing in, which may have been away from this address and back.
    const query = new URLSearchParams(location.search);
    const id = query.get("id");
    if (!id) return showMessage({ title: t("failed"), sentences: [t("noId")] });
    const client = apiClient(settings.apiBase, () => auth.token());
    const { me, session } = await loadSession(client, id, signal);
    showSession(me, session);
    const { playback, reader } = await loadRecording(client, id, signal, (loaded, total) => {
      const text = t("loadedBytes", { loaded: formatBytes(loaded), total: formatBytes(total) });
      wait.set(`${t("loadingRecording")} ${text}`, loaded / total);
    });
    if (signal.aborted) return;
    if (!reader) return showMessage({ title: t("notPlayable"), sentences: playback.message });

    const start = Date.parse(session.actionAt);
    replay = new Replay(reader, {
      t,
      elapsed: formatDuration,
      wallClock: (ms) => formatTime(new Date(start + ms).toISOString(), me.timeZone),
      close,
      fail: (cause) => showMessage(describe(cause, t("failedReplay"))),
    });
    show(replay.stage, replay.controls.root);
    replay.start(parseMoment(query.get("t")) ?? 0);
  } catch (cause) {
    if (!signal.aborted) showMessage(describe(cause, t("failed")));
  }
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
  const { timeZone } = me;
  document.title = `${session.sessionRecord} - Tapedeck`;
  header.set(
    { name: dash(session.name), actionAt: formatTime(session.actionAt, timeZone), sessionRecord: dash(session.sessionRecord) },
    offset(timeZone, session.actionAt),
  );
}

function showMessage(message: Message): void {
  replay?.close();
  replay = undefined;
  show(messageView(message));
}

function describe(cause: unknown, title: string): Message {
  const retry = { label: t("tryAgain"), act: () => void open() };
  if (cause instanceof Problem) {
    const small = cause.requestId ? [t("requestId", { id: cause.requestId })] : [];
    if (cause.status === 409) return { title: t("notReady"), sentences: [cause.detail], small, retry };
    if (cause.status === 404) return { title: t("noSession"), sentences: [], small };
    return { title, sentences: [cause.detail], small, retry };
  }
  if (cause instanceof Fault)
    return { title, sentences: [t(`fault_${cause.code}`)], small: [t("detail", { detail: cause.detail })], retry };
  const detail = cause instanceof Error ? cause.message : String(cause);
  return { title, sentences: [t("unexpected")], small: [t("detail", { detail })], retry };
}
