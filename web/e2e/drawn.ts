// What of the player draws desktops, for a page of its own (drawing.mjs).
export { Overdrawn } from "../src/player/overdrawn";
export { ClientDisplay } from "../src/player-view/client-display";
