import type { Stage } from "../player/player";

/** What a face is told of the player. */
export interface Moment {
  ms: number;
  playing: boolean;
  /** A seek is under way: what there is to be seen is of a moment that nobody asked for. */
  seeking: boolean;
}

/** A small picture of a moment. */
export interface Thumbnail {
  picture: HTMLElement;
  /** The moment that it shows: it may be well before the one that was asked for. */
  ms: number;
}

export interface Thumbnails {
  /** The picture of `ms` if it is there. If not it is made, and `ready` called then, unless another call came first. */
  at(ms: number, ready: () => void): Thumbnail | undefined;
  /** Nobody looks any more. */
  rest(): void;
}

/** What of a replay depends on what was recorded: the picture, and what it is made of. */
export interface Face {
  readonly screen: Stage;
  /** What is shown, in the box that it may fill. */
  readonly root: HTMLElement;
  /** Draws into so many CSS pixels. False when it is not done: the next call goes on. */
  draw(width: number, height: number): boolean;
  /** Position or state may be new. Gives a sentence that is to stand over the picture, or "". */
  changed(moment: Moment): string;
  /** The moment that was asked for is to be seen. */
  shown(moment: Moment): void;
  /** The moment of the next picture, or of the one before. */
  frame(step: 1 | -1, ms: number): Promise<number>;
  /** The text of the picture, where it has any. */
  readonly text?: () => string;
  /** Goes to where this is searched, if it can be searched by itself. */
  readonly find?: () => void;
  /** For who points at the timeline, where there are any. */
  readonly thumbnails?: Thumbnails;
  /** Buttons of its own. */
  readonly tools: HTMLElement[];
}
