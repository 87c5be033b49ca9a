export interface KeyActions {
  toggle: () => void;
  /** Moves by so many milliseconds. */
  move: (ms: number) => void;
  start: () => void;
  end: () => void;
}

/** Does what a key of the page means; true when it meant something. Fields and buttons keep the keys that work them. */
export function press(event: KeyboardEvent, actions: KeyActions): boolean {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return false;
  const tag = event.target instanceof Element ? event.target.tagName : "";
  if (tag === "SELECT") return false;
  switch (event.key) {
    case " ":
      if (tag === "BUTTON") return false;
      return event.repeat || act(actions.toggle);
    case "ArrowLeft":
    case "ArrowDown":
      return act(() => actions.move(-5000));
    case "ArrowRight":
    case "ArrowUp":
      return act(() => actions.move(5000));
    case "PageDown":
      return act(() => actions.move(-60_000));
    case "PageUp":
      return act(() => actions.move(60_000));
    case "Home":
      return act(actions.start);
    case "End":
      return act(actions.end);
    default:
      return false;
  }
}

function act(action: () => void): true {
  action();
  return true;
}
