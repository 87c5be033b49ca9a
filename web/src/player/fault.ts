/** Why a recording cannot be replayed. Pages turn the code into a sentence; `detail` says where, for people who look into it. */
export type FaultCode =
  | "address_refused" // the storage refused a signed address: it has probably expired
  | "busy" // the storage or the API is there, and asks to be tried again later
  | "damaged" // the bytes are not what the index or the hash says
  | "offline" // no answer came, or it broke off
  | "refused" // the archive gives no more of it, though it did before: a setting was changed
  | "unplayable" // the browser cannot play this film
  | "unreachable" // the storage answered something else than the bytes asked for
  | "unsupported"; // a version or codec that this player does not know

export class Fault extends Error {
  constructor(
    readonly code: FaultCode,
    readonly detail: string,
  ) {
    super(detail);
    this.name = "Fault";
  }
}
