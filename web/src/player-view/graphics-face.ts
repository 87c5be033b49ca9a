import { frameAfter, frameBefore } from "../player/frames";
import type { Frame } from "../player/instructions";
import type { Key } from "../player/messages.en";
import { Picture } from "../player/picture";
import type { Reader } from "../player/reader";
import { button, element, setText } from "../dom/dom";
import { ClientDisplay } from "./client-display";
import type { Face, Moment } from "./face";
import { DesktopThumbnails } from "./thumbnails";

const visible = (frame: Frame) => frame.visible;

/** The pictures of a desktop, drawn by Guacamole's own client. */
export class GraphicsFace implements Face {
  readonly screen: Picture<ClientDisplay>;
  readonly root = element("div", { class: "desktop", "data-testid": "desktop" });
  readonly thumbnails: DesktopThumbnails;
  readonly tools: HTMLElement[];
  #actual = false; // a pixel of the desktop is one of the page; otherwise all of it fits
  #size: HTMLButtonElement;

  constructor(
    private readonly reader: Reader<Frame[]>,
    private readonly options: { t: (key: Key) => string; redraw: () => void },
  ) {
    const { t } = options;
    this.screen = new Picture(reader, () => new ClientDisplay());
    this.thumbnails = new DesktopThumbnails(reader, () => this.screen.settled());
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

  changed({ seeking }: Moment): string {
    return !seeking && this.screen.display?.incomplete ? this.options.t("incomplete") : "";
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
    // What can be scrolled can be reached by the keyboard, whose arrows move it then (keys.ts).
    for (const [name, value] of Object.entries({ tabindex: "0", title: this.options.t("panHint") }))
      if (this.#actual) this.root.setAttribute(name, value);
      else this.root.removeAttribute(name);
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
