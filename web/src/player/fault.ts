/** Why a recording cannot be replayed. Pages turn the code into a sentence; `detail` says where, for people who look into it. */
export type FaultCode =
  | "address_refused" // the storage refused a signed address: it has probably expired
  | "damaged" // the bytes are not what the index or the hash says
  | "unreachable" // the storage did not answer, or not with the bytes asked for
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
