import { button, element, setText } from "../dom/dom";
import { generate } from "../passphrase/generate";
import { rule } from "../passphrase/rule";
import "./dialog.css";
import { t } from "./text";

/**
 * Asks for a new passphrase, twice. Resolves with it in the form in which it is used, or with null: Cancel, X and Esc
 * download nothing. It is in the two fields alone, and they are emptied.
 */
export function askPassphrase(): Promise<string | null> {
  return new Promise((answer) => {
    const password = new Secret("new-passphrase", t("password"));
    const again = new Secret("new-passphrase-again", t("verify"));
    const says = element("p", { class: "says", id: "passphrase-says", role: "status" }, t("rule"));
    const copy = button(t("copy"), "button", () => void copied());
    copy.hidden = true;
    const ok = element("button", { type: "submit", class: "button primary" }, t("ok"));
    const close = button("×", "button icon close", () => end(null));
    close.setAttribute("aria-label", t("cancel"));
    const form = element(
      "form",
      { method: "dialog" },
      element("h2", { id: "passphrase-title" }, t("title")),
      close,
      element("p", { id: "passphrase-text" }, t("text")),
      password.root,
      again.root,
      says,
      element(
        "div",
        { class: "line" },
        button(t("generate"), "button", () => void suggest()),
        copy,
      ),
      element(
        "div",
        { class: "line end" },
        button(t("cancel"), "button", () => end(null)),
        ok,
      ),
    );
    const dialog = element(
      "dialog",
      { class: "passphrase", "aria-labelledby": "passphrase-title", "aria-describedby": "passphrase-text" },
      form,
    );

    const check = (): string | null => {
      const ruling = rule(password.value);
      const same = password.value.normalize("NFC") === again.value.normalize("NFC");
      const n = String([...password.value.normalize("NFC")].length);
      if (password.value === "") setText(says, t("rule"));
      else if (ruling.refusal) setText(says, t(ruling.refusal, { n }));
      else setText(says, t(same ? "fits" : again.value === "" ? "rule" : "differ"));
      says.classList.toggle("wrong", password.value !== "" && (ruling.refusal !== undefined || (again.value !== "" && !same)));
      ok.disabled = ruling.refusal !== undefined || !same;
      return ok.disabled ? null : ruling.normalised!;
    };
    const end = (passphrase: string | null) => {
      password.value = again.value = "";
      dialog.close();
      answer(passphrase); // the first one counts
    };
    const suggest = async () => {
      const made = await generate();
      password.value = again.value = made;
      password.shown = again.shown = true;
      copy.hidden = false;
      check();
      setText(says, t("generated"));
    };
    const copied = async () => {
      await navigator.clipboard.writeText(password.value).catch(() => undefined);
      setText(says, t("copied"));
    };

    form.addEventListener("input", check);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const passphrase = check();
      if (passphrase !== null) end(passphrase);
    });
    dialog.addEventListener("cancel", () => end(null));
    dialog.addEventListener("close", () => dialog.remove());
    check();
    document.body.append(dialog);
    dialog.showModal(); // focus stays inside, and goes back to where it was
    password.focus();
  });
}

/** A field that does not show what is typed, unless it is asked to. */
class Secret {
  readonly root: HTMLElement;
  #field: HTMLInputElement;
  #eye: HTMLButtonElement;

  constructor(
    id: string,
    private readonly label: string,
  ) {
    this.#field = element("input", {
      id,
      type: "password",
      required: "",
      autocomplete: "new-password",
      spellcheck: "false",
      autocapitalize: "off",
      "aria-describedby": "passphrase-says",
    });
    this.#eye = button("", "button icon eye", () => (this.shown = !this.shown));
    this.shown = false;
    this.root = element("div", { class: "secret" }, element("label", { for: id }, label), this.#field, this.#eye);
  }

  get value(): string {
    return this.#field.value;
  }

  set value(text: string) {
    this.#field.value = text;
  }

  get shown(): boolean {
    return this.#field.type === "text";
  }

  set shown(shown: boolean) {
    this.#field.type = shown ? "text" : "password";
    this.#eye.setAttribute("aria-label", t(shown ? "hide" : "show", { field: this.label }));
    this.#eye.setAttribute("aria-pressed", String(shown));
  }

  focus(): void {
    this.#field.focus();
  }
}
