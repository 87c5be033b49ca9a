import type { Translate } from "../i18n/i18n";
import { formatBytes } from "../format/bytes";
import { button, element, setText } from "../dom/dom";
import type { OfflineKey } from "./messages.en";
import { isSealed } from "./open";

/** The first page: which file, and its passphrase where it is sealed. */
export class Form {
  readonly root: HTMLElement;
  #file: File | undefined;
  #chosen = element("p", { class: "chosen", role: "status" });
  #passphrase = element("input", {
    type: "password",
    id: "passphrase",
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: "false",
    "aria-describedby": "sealed-hint passphrase-error",
  });
  #sealed: HTMLElement;
  #error = element("p", { class: "error", id: "passphrase-error", role: "alert" });
  #open: HTMLButtonElement;
  #eye: HTMLButtonElement;

  constructor(
    private readonly t: Translate<OfflineKey>,
    open: (file: File, passphrase: string | undefined) => void,
  ) {
    const input = element("input", { type: "file", class: "visually-hidden", id: "file" });
    input.addEventListener("change", () => {
      const file = input.files?.[0];
      input.value = ""; // the same file, changed meanwhile, can be chosen again
      if (file) void this.choose(file);
    });
    this.#eye = button("", "button icon", () => this.#toggleEye());
    this.#eye.append(eye());
    this.#eye.setAttribute("aria-label", t("showPassphrase"));
    this.#eye.setAttribute("aria-pressed", "false");
    this.#sealed = element(
      "div",
      { class: "sealed", hidden: "" },
      element("p", { class: "small", id: "sealed-hint" }, t("sealedHint")),
      element("label", { class: "label", for: "passphrase" }, t("passphrase")),
      element("div", { class: "line" }, this.#passphrase, this.#eye),
    );
    this.#open = element("button", { type: "submit", class: "button primary", disabled: "" }, t("open"));
    this.#passphrase.addEventListener("input", () => this.#update());
    const form = element(
      "form",
      { class: "message home" },
      element("h1", {}, t("offlineTitle")),
      element("p", {}, t("offlineIntro")),
      element("div", { class: "drop" }, input, element("label", { class: "button", for: "file" }, t("chooseFile")), ` ${t("orDrop")}`),
      this.#chosen,
      this.#sealed,
      this.#error,
      this.#open,
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.#file && !this.#open.disabled) open(this.#file, this.#needed ? this.#passphrase.value : undefined);
    });
    this.root = form;
  }

  /** Takes a file that was chosen or dropped. */
  async choose(file: File): Promise<void> {
    this.#file = file;
    this.#passphrase.value = "";
    this.refuse("");
    let sealed = false;
    try {
      sealed = await isSealed(file);
    } catch {
      this.#file = undefined;
      this.#update();
      return this.refuse(this.t("refusal_unreachable"));
    }
    if (this.#file !== file) return;
    this.#sealed.hidden = !sealed;
    setText(this.#chosen, `${file.name} (${formatBytes(file.size)})`);
    this.#update();
    (sealed ? this.#passphrase : this.#open).focus();
  }

  /** Says why the file does not open; `again` asks for another passphrase. */
  refuse(why: string, again = false): void {
    setText(this.#error, why);
    this.#passphrase.setAttribute("aria-invalid", String(again));
    if (why !== "") (again ? this.#passphrase : this.#open).focus();
    if (again) this.#passphrase.select();
  }

  get #needed(): boolean {
    return !this.#sealed.hidden;
  }

  #update(): void {
    this.#open.disabled = !this.#file || (this.#needed && this.#passphrase.value === "");
  }

  #toggleEye(): void {
    const shown = this.#passphrase.type === "password";
    this.#passphrase.type = shown ? "text" : "password";
    this.#eye.setAttribute("aria-pressed", String(shown));
    this.#passphrase.focus();
  }
}

/** An eye; its strike (offline.css) says that what is typed is hidden. */
function eye(): SVGElement {
  const make = (tag: string, attributes: Record<string, string>) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    return made;
  };
  const drawn = make("svg", { viewBox: "0 0 20 20", "aria-hidden": "true", class: "eye" });
  drawn.append(
    make("path", { d: "M1.5 10Q10 1 18.5 10Q10 19 1.5 10Z" }),
    make("circle", { cx: "10", cy: "10", r: "2.5" }),
    make("path", { class: "strike", d: "M3 17L17 3" }),
  );
  return drawn;
}
