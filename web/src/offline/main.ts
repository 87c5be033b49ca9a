import "../player-view/player.css";
import "./offline.css";
import { formatBytes } from "../format/bytes";
import { formatDuration } from "../format/time";
import { translator } from "../i18n/i18n";
import { Fault } from "../player/fault";
import { searchTranscript } from "../player/transcript";
import { button, element, setText } from "../dom/dom";
import type { AnyReader } from "../player/reader";
import type { Face } from "../player-view/face";
import { FilesFace, type FilesFaceOptions } from "../player-view/files-face";
import { GraphicsFace } from "../player-view/graphics-face";
import { Replay } from "../player-view/replay";
import type { SearchPanelOptions } from "../player-view/search-panel";
import { TextFace } from "../player-view/text-face";
import { messageView } from "../player-view/status";
import { Form } from "./form";
import { Local } from "./local";
import { en } from "./messages.en";
import { ja } from "./messages.ja";
import { ko } from "./messages.ko";
import { openFile, Refusal, type Opened } from "./open";

const t = translator({ en, ko, ja });
const top = element("header", { class: "top", hidden: "" });
const stage = element("main", { class: "stage" });
const bottom = element("div", { class: "bottom" });
let form = new Form(t, open);
let work = new AbortController();
let replay: Replay | undefined;

document.body.append(top, stage, bottom);
document.addEventListener("keydown", (event) => {
  const busy = event.defaultPrevented || document.querySelector("dialog[open]") || document.fullscreenElement;
  if (event.key === "Escape" && !busy) leave();
});
// A file may be dropped anywhere; the browser would leave the page for it.
document.addEventListener("dragover", (event) => event.preventDefault());
document.addEventListener("drop", (event) => {
  event.preventDefault();
  const file = event.dataTransfer?.files[0];
  if (!file) return;
  start();
  void form.choose(file);
});
start();

/** The first page, as new. */
function start(): void {
  form = new Form(t, open);
  back();
}

/** The first page, as it was left. */
function back(): void {
  work.abort();
  replay?.close();
  replay = undefined;
  document.title = `${t("offlineTitle")} - Tapedeck`;
  top.hidden = true;
  show(form.root);
}

/** What Close, X and Esc do: from a file that is being opened back to it, from a replay to another one. */
function leave(): void {
  if (!form.root.isConnected) back();
}

function open(file: File, passphrase: string | undefined): void {
  work = new AbortController();
  const { signal } = work;
  form.refuse("");
  const text = element("p", { role: "status" }, t(passphrase === undefined ? "loading" : "checking"));
  const bar = element("progress", { "aria-label": t("loading"), max: "1" });
  const cancel = button(t("cancel"), "button", back);
  show(element("div", { class: "message" }, element("h1", { class: "file" }, file.name), text, bar, cancel));
  cancel.focus();
  openFile(file, passphrase, signal, ({ unsealed, bytes }) => {
    if (!unsealed) return;
    bar.value = bytes / Math.max(1, file.size);
    setText(text, t("preparing", { done: formatBytes(bytes), all: formatBytes(file.size) }));
  })
    .then((opened) => play(file, opened, signal))
    .catch((cause: unknown) => {
      if (!signal.aborted) refuse(cause);
    });
}

function refuse(cause: unknown): void {
  back();
  const code = cause instanceof Refusal ? cause.code : "stopped";
  const detail = cause instanceof Error ? cause.message : String(cause);
  const wrong = code === "passphrase";
  form.refuse(t(`refusal_${code}`) + (wrong ? "" : ` ${t("detail", { detail })}`), wrong);
}

async function play(file: File, { files, truncated }: Opened, signal: AbortSignal): Promise<void> {
  const local = new Local(files);
  const opened = await local.reader(signal);
  const { reader } = opened;
  const { durationMs, segments } = reader.index;
  const fail = (cause: unknown) => {
    replay?.close();
    show(messageView({ title: t("failedReplay"), sentences: [explain(cause)], retry: { label: t("another"), act: start } }));
  };
  const face = faceOf(opened, {
    t,
    elapsed: formatDuration,
    redraw: () => replay?.redraw(),
    seek: (ms) => replay?.seek(ms),
    fileName: `${file.name}-files`,
    mark: (moments) => replay?.controls.slider.setHits(moments),
    fail,
  });
  const { fetch, ask } = local;
  const search: SearchPanelOptions["search"] = (text, most, onPart, signal) =>
    searchTranscript(text, segments.length, most, { fetch, ask, patience: reader.patience, signal, onPart });
  replay = new Replay(reader, face, {
    t,
    elapsed: formatDuration,
    ...(opened.format === "terminal" ? { search } : {}),
    explain,
    close: leave,
    fail,
  });
  form = new Form(t, open); // the passphrase has done its work
  document.title = `${file.name} - Tapedeck`;
  showTop(file.name, truncated ? t("cutOff", { time: formatDuration(durationMs) }) : "");
  show(replay.stage, replay.controls.root);
  replay.start(0);
}

/** What shows a recording of this format. */
function faceOf(opened: AnyReader, options: FilesFaceOptions & { elapsed: (ms: number) => string; redraw: () => void }): Face {
  if (opened.format === "terminal") return new TextFace(opened.reader, options);
  if (opened.format === "filelog") return new FilesFace(opened.reader, options);
  return new GraphicsFace(opened.reader, options);
}

function showTop(name: string, note: string): void {
  const x = button("×", "button icon", leave);
  x.setAttribute("aria-label", t("another"));
  x.title = `${t("another")} (Esc)`;
  const facts = element("dl", { class: "facts" }, element("div", {}, element("dt", {}, t("file")), element("dd", {}, name)));
  top.replaceChildren(element("h1", { class: "visually-hidden" }, t("page")), facts, x);
  if (note) facts.after(element("p", { class: "note", role: "status" }, note));
  top.hidden = false;
}

function explain(cause: unknown): string {
  const detail = t("detail", { detail: cause instanceof Fault ? cause.detail : String(cause) });
  return `${t(cause instanceof Fault ? `fault_${cause.code}` : "unexpected")} ${detail}`;
}

function show(view: HTMLElement, controls?: HTMLElement): void {
  stage.replaceChildren(view);
  bottom.replaceChildren(...(controls ? [controls] : []));
}
