import Guacamole from "guacamole-common-js";
import { frameAfter, frameBefore } from "../player/frames";
import type { Frame, Instruction } from "../player/instructions";
import type { Key } from "../player/messages.en";
import { Picture, type Display } from "../player/picture";
import type { Reader } from "../player/reader";
import { button, element, setText } from "../dom/dom";
import type { Face } from "./face";

const visible = (frame: Frame) => frame.visible;

/** The pictures of a desktop, drawn by Guacamole's own client. */
export class GraphicsFace implements Face {
  readonly screen: Picture<ClientDisplay>;
  readonly root = element("div", { class: "desktop", "data-testid": "desktop" });
  readonly tools: HTMLElement[];
  #actual = false; // a pixel of the desktop is one of the page; otherwise all of it fits
  #size: HTMLButtonElement;

  constructor(
    private readonly reader: Reader<Frame[]>,
    private readonly options: { t: (key: Key) => string; redraw: () => void },
  ) {
    const { t } = options;
    this.screen = new Picture(reader, () => new ClientDisplay());
    this.#size = button(t("actualSize"), "button", () => this.#toggleSize());
    this.tools = [this.#size];
    this.root.setAttribute("role", "img");
    this.root.setAttribute("aria-label", t("desktopPicture"));
    this.#pan();
  }

  draw(width: number, height: number): boolean {
    const { display } = this.screen;
    if (!display) return true;
    if (this.root.firstElementChild !== display.element) this.root.replaceChildren(display.element);
    display.scale(this.#actual ? 1 : Math.min(width / display.width, height / display.height));
    return true;
  }

  changed(): string {
    return "";
  }

  shown(): void {
    this.root.dataset.timeMs = String(Math.round(this.screen.shownMs));
  }

  frame(step: 1 | -1, ms: number): Promise<number> {
    return (step > 0 ? frameAfter : frameBefore)(this.reader, ms, visible);
  }

  #toggleSize(): void {
    this.#actual = !this.#actual;
    this.root.classList.toggle("actual", this.#actual);
    // What can be scrolled can be reached by the keyboard.
    if (this.#actual) this.root.tabIndex = 0;
    else this.root.removeAttribute("tabindex");
    setText(this.#size, this.options.t(this.#actual ? "fitSize" : "actualSize"));
    this.options.redraw();
  }

  /** In its actual size the desktop is moved by dragging it. */
  #pan(): void {
    const { root } = this;
    root.addEventListener("pointerdown", (event) => {
      if (this.#actual && event.pointerType === "mouse" && event.button === 0) root.setPointerCapture(event.pointerId);
    });
    root.addEventListener("pointermove", (event) => {
      if (root.hasPointerCapture(event.pointerId)) root.scrollBy(-event.movementX, -event.movementY);
    });
  }
}

/** A client that has seen nothing, and a tunnel that ends here. */
class ClientDisplay implements Display {
  readonly element: HTMLElement;
  #tunnel = new (Guacamole.Tunnel as unknown as new () => Guacamole.Tunnel)(); // abstract to its types alone
  #display: Guacamole.Display;
  #fed = 0; // frames
  #drawn = 0;
  #waiting: (() => void)[] = [];
  #forget: () => void;

  constructor() {
    const [client, forget] = unheard(() => new Guacamole.Client(this.#tunnel));
    this.#forget = forget;
    this.#display = client.getDisplay();
    this.element = this.#display.getElement();
    this.#tunnel.sendMessage = () => undefined; // nobody is there
  }

  get width(): number {
    return Math.max(1, this.#display.getWidth());
  }

  get height(): number {
    return Math.max(1, this.#display.getHeight());
  }

  feed([opcode, ...args]: Instruction): void {
    if (opcode === "sync") return this.#flush();
    this.#tunnel.oninstruction?.(opcode, args);
  }

  pointer(x: number, y: number): void {
    this.#display.showCursor(true);
    this.#display.moveCursor(x, y);
  }

  drawn(): Promise<void> {
    if (this.#drawn === this.#fed) return Promise.resolve();
    return new Promise((done) => this.#waiting.push(done));
  }

  scale(factor: number): void {
    if (Math.abs(this.#display.getScale() - factor) > 1e-6) this.#display.scale(factor);
  }

  close(): void {
    this.#forget();
    for (const done of this.#waiting.splice(0)) done();
  }

  /** A `sync` as the client takes it, but for its answer to a server. */
  #flush(): void {
    this.#fed++;
    this.#display.flush(() => {
      this.#drawn++;
      if (this.#drawn === this.#fed) for (const done of this.#waiting.splice(0)) done();
    });
  }
}

/** Makes something whose listeners on the window can be taken away: a display adds one, and keeps itself alive by it. */
function unheard<T>(make: () => T): [T, forget: () => void] {
  const added: Parameters<typeof window.addEventListener>[] = [];
  const add = window.addEventListener;
  window.addEventListener = (...args: Parameters<typeof window.addEventListener>) => {
    added.push(args);
    add.apply(window, args);
  };
  try {
    return [make(), () => added.forEach(([type, listener, options]) => window.removeEventListener(type, listener, options))];
  } finally {
    window.addEventListener = add;
  }
}
