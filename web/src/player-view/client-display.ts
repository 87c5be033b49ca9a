import Guacamole from "guacamole-common-js";
import { Fault } from "../player/fault";
import type { Instruction } from "../player/instructions";
import type { Display } from "../player/picture";
import { element } from "../dom/dom";
import { decode, patiently } from "./decode";

/** What the client has images drawn by; its types do not know it. */
interface Streaming extends Guacamole.Display {
  drawStream?: (layer: Guacamole.Layer, x: number, y: number, stream: Guacamole.InputStream, type: string) => void;
}

const nothing = new Blob();

/** Guacamole's client that has seen nothing, and a tunnel that ends here. */
export class ClientDisplay implements Display {
  /** What draws, for who compares what was drawn. */
  readonly client: Guacamole.Client;
  readonly element: HTMLElement;
  incomplete = false;
  #tunnel = new (Guacamole.Tunnel as unknown as new () => Guacamole.Tunnel)(); // abstract to its types alone
  #display: Guacamole.Display;
  #fed = false; // something that is not drawn
  #waiting = new Set<() => void>();
  #forget: () => void;

  constructor() {
    [this.client, this.#forget] = unheard(() => new Guacamole.Client(this.#tunnel));
    this.#display = this.client.getDisplay();
    this.element = this.#display.getElement();
    this.#tunnel.sendMessage = () => undefined; // nobody is there
    this.#display.showCursor(false); // where the pointer is nobody knows before it moves
    this.#guard();
  }

  get width(): number {
    return Math.max(1, this.#display.getWidth());
  }

  get height(): number {
    return Math.max(1, this.#display.getHeight());
  }

  feed([opcode, ...args]: Instruction): void {
    this.#fed = true;
    try {
      this.#tunnel.oninstruction?.(opcode, args);
    } catch (cause) {
      throw new Fault("damaged", `an instruction ${opcode} that cannot be followed: ${String(cause)}`);
    }
  }

  pointer(x: number, y: number): void {
    this.#display.showCursor(true);
    this.#display.moveCursor(x, y);
  }

  drawn(): Promise<void> {
    if (!this.#fed && this.#waiting.size === 0) return Promise.resolve();
    this.#fed = false;
    return new Promise((resolve) => {
      const done = () => {
        this.#waiting.delete(done);
        resolve();
      };
      this.#waiting.add(done);
      this.#display.flush(done); // as with a `sync`, but for the client's answer to a server
    });
  }

  scale(factor: number): void {
    if (Math.abs(this.#display.getScale() - factor) > 1e-6) this.#display.scale(factor);
  }

  /** What is drawn, as a picture of its own whose longer side has so many CSS pixels, or fewer. */
  small(longest: number): HTMLCanvasElement {
    const { width, height } = this;
    const factor = Math.min(1, longest / Math.max(width, height));
    const ratio = Math.min(1, factor * (window.devicePixelRatio || 1));
    const picture = element("canvas", { width: String(Math.ceil(width * ratio)), height: String(Math.ceil(height * ratio)) });
    picture.style.width = `${width * factor}px`;
    const context = picture.getContext("2d")!;
    context.imageSmoothingQuality = "high";
    context.drawImage(this.#display.flatten(), 0, 0, picture.width, picture.height);
    return picture;
  }

  close(): void {
    this.#forget();
    for (const done of this.#waiting) done();
  }

  /**
   * Where the browser refuses a part of a frame the rest of it is drawn. The client alone would wait for ever for an image
   * that cannot be decoded, and for a frame in which it threw.
   */
  #guard(): void {
    const display: Streaming = this.#display;
    const { createBuffer, createLayer, drawBlob } = display;
    const missed = () => (this.incomplete = true);
    display.drawStream = (layer, x, y, stream, type) => {
      const data: Uint8Array<ArrayBuffer>[] = [];
      stream.onblob = (base64) => data.push(bytesOf(base64));
      stream.onend = () => {
        const own = window.createImageBitmap;
        const coming = patiently(decode(data, type));
        window.createImageBitmap = (() => coming) as typeof own; // of no image the layer will throw
        try {
          drawBlob(layer, x, y, nothing); // it asks for the bitmap of this, and gets the other
        } finally {
          window.createImageBitmap = own;
        }
      };
    };
    display.createBuffer = () => guarded(createBuffer(), missed);
    display.createLayer = () => guarded(createLayer(), missed);
    guarded(display.getDefaultLayer(), missed);
    guarded(display.getCursorLayer(), missed);
  }
}

/** A layer that goes on where drawing throws: an image that is none, an arc of less than no radius, a pattern of nothing. */
function guarded<L extends Guacamole.Layer>(layer: L, missed: () => void): L {
  const methods = layer as unknown as Record<string, unknown>;
  for (const [name, draw] of Object.entries(methods)) {
    if (typeof draw !== "function" || /^(get|to)/.test(name)) continue;
    methods[name] = (...args: unknown[]) => {
      try {
        (draw as (...args: unknown[]) => void).apply(layer, args);
      } catch {
        missed();
      }
    };
  }
  return layer;
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
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
