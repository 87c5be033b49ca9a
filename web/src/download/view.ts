import { Problem } from "../api/client";
import type { apiClient } from "../api/client";
import type { components } from "../api/schema.gen";
import { button, element, setText } from "../dom/dom";
import { formatBytes } from "../format/bytes";
import { formatDuration } from "../format/time";
import { askPassphrase } from "./dialog";
import { active, begin, cancel, fetchAddress, follow, save, type Export } from "./download";
import { mayDownload } from "./right";
import { t } from "./text";
import "./view.css";

export interface DownloadOptions {
  client: ReturnType<typeof apiClient>;
  session: string;
  me: components["schemas"]["Me"];
  /** A time as this page writes it. */
  time: (iso: string) => string;
  signal: AbortSignal;
}

/** Download, and what becomes of it: a job that makes a file, its progress, the file. */
export class DownloadView {
  readonly root = element("div", { class: "download" });
  #button = button(t("download"), "button primary", () => void this.#act(() => this.#begin()));
  #cancel = button(t("cancel"), "button", () => void this.#act(() => this.#end()));
  #says = element("p", { role: "status" });
  #bar = element("progress", { hidden: "", max: "1" });
  #job: Export | undefined;
  #asking = false;

  constructor(private readonly options: DownloadOptions) {
    const allowed = mayDownload(options.me);
    this.#button.disabled = !allowed;
    if (!allowed) setText(this.#says, t("noRight"));
    this.#cancel.hidden = true;
    this.#bar.setAttribute("aria-label", t("RUNNING"));
    this.root.append(element("div", { class: "line" }, this.#button, this.#cancel), this.#bar, this.#says);
    if (allowed) this.root.append(atHome());
  }

  /** A click: the file of a finished job, or a new wish. */
  async #begin(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    try {
      await this.#wish();
    } finally {
      this.#asking = false;
    }
  }

  async #wish(): Promise<void> {
    const { client, session, me } = this.options;
    if (this.#job?.state === "READY") {
      save(await fetchAddress(client, this.#job.id));
      return;
    }
    const begun = await begin(client, session, me.exportEncryption === "required", askPassphrase);
    if (!begun) return;
    if ("address" in begun) {
      save(begun.address);
      setText(this.#says, t("begun"));
      return;
    }
    setText(this.#says, t("starting"));
    void this.#act(async () => {
      await follow(client, begun.exportId, (job) => this.#show(job), this.options.signal);
    });
  }

  async #end(): Promise<void> {
    if (this.#job) await cancel(this.options.client, this.#job.id);
  }

  /** The button stays as it is, so that the focus comes back to it from a dialog; a second click does nothing. */
  async #act(what: () => Promise<void>): Promise<void> {
    try {
      await what();
    } catch (cause) {
      if (this.options.signal.aborted) return;
      const detail = cause instanceof Problem ? cause.detail : String(cause);
      setText(this.#says, t("failed", { detail }));
    }
  }

  #show(job: Export): void {
    this.#job = job;
    const working = active(job);
    this.#cancel.hidden = !working;
    this.#bar.hidden = !working;
    this.#bar.value = job.partsTotal > 0 ? job.partsDone / job.partsTotal : 0;
    this.#button.disabled = working;
    setText(this.#button, t("download"));
    setText(this.#says, sentence(job, this.options.time));
    if (job.state === "READY") {
      this.#button.focus();
    }
  }
}

/** How far a job is, in words. */
export function sentence(job: Export, time: (iso: string) => string): string {
  const state = t(job.state, { time: job.expiresAt ? time(job.expiresAt) : "", error: job.error ?? "" });
  if (!active(job)) return state;
  const far = t("progress", {
    done: job.partsDone,
    total: job.partsTotal,
    bytes: formatBytes(job.bytesDone),
    all: formatBytes(job.bytesTotal),
  });
  const left = job.etaSeconds === null ? [] : [t("left", { time: formatDuration(job.etaSeconds * 1000) })];
  return [state, [far, ...left].join(", ") + ".", t("goesOn")].join(" ");
}

/** How the file is opened where it was taken. */
function atHome(): HTMLElement {
  const link = element("a", { href: "/offline.html", download: "tapedeck-offline.html" }, t("offline"));
  return element("p", { class: "small" }, t("atHome"), " ", element("code", {}, "tapedeck open FILE"), " ", t("atHomePage"), " ", link);
}
