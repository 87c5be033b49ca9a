export interface KeyActions {
  toggle: () => void;
  /** Moves by so many milliseconds. */
  move: (ms: number) => void;
  /** Moves by a part of the whole. */
  movePart: (share: number) => void;
  /** Goes to a part of the whole: 0 is the start, 1 the end. */
  goTo: (share: number) => void;
  frame: (step: 1 | -1) => void;
  marker: (step: 1 | -1) => void;
  speed: (step: 1 | -1) => void;
  fullScreen: () => void;
  search?: (() => void) | undefined;
  help: () => void;
}

/** What a key does; what it says is in the help (help.ts). */
function actionOf(event: KeyboardEvent, actions: KeyActions): (() => void) | undefined {
  const { key, shiftKey } = event;
  // With Hangul or kana switched on the key of F is not "f".
  if (event.code === "KeyF" && !shiftKey) return actions.fullScreen;
  if (/^[0-9]$/.test(key)) return () => actions.goTo(Number(key) / 10);
  switch (key) {
    case " ":
      return event.repeat ? () => undefined : actions.toggle;
    case "ArrowLeft":
    case "ArrowDown":
      return () => (shiftKey ? actions.movePart(-0.1) : actions.move(-5000));
    case "ArrowRight":
    case "ArrowUp":
      return () => (shiftKey ? actions.movePart(0.1) : actions.move(5000));
    case "PageDown":
      return () => actions.move(-60_000);
    case "PageUp":
      return () => actions.move(60_000);
    case "Home":
      return () => actions.goTo(0);
    case "End":
      return () => actions.goTo(1);
    case ",":
      return () => actions.frame(-1);
    case ".":
      return () => actions.frame(1);
    case "[":
      return () => actions.marker(-1);
    case "]":
      return () => actions.marker(1);
    case "<":
      return () => actions.speed(-1);
    case ">":
      return () => actions.speed(1);
    case "/":
      return actions.search;
    case "?":
      return actions.help;
    default:
      return undefined;
  }
}

/** Does what a key of the page means; true when it meant something. Fields, buttons and what scrolls keep the keys that work them. */
export function press(event: KeyboardEvent, actions: KeyActions): boolean {
  if (event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return false;
  if (document.querySelector("dialog[open]")) return false;
  const target = event.target instanceof Element ? event.target : undefined;
  if (target?.matches("select, input:not([type=checkbox])")) return false;
  if (event.key === " " && target?.matches("button, input")) return false;
  if (/^(Arrow|Page|Home|End)/.test(event.key) && target && scrolls(target)) return false;
  const action = actionOf(event, actions);
  action?.();
  return action !== undefined;
}

function scrolls(element: Element): boolean {
  if (element === document.body || getComputedStyle(element).overflow !== "auto") return false;
  return element.scrollWidth > element.clientWidth || element.scrollHeight > element.clientHeight;
}
