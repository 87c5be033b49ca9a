import { useEffect, useState } from "react";
import { formatAddress, parseAddress, type Address } from "./address";

/** Pages that were passed on the way to this one; null stands for the first. Unknown after a copied link. */
type Trail = (string | null)[];

/** The address bar as state. Going anywhere makes an entry, so that Back works. */
export function useAddress(defaultSize: number) {
  const read = () => ({
    address: parseAddress(location.search, defaultSize),
    trail: ((history.state as { trail?: Trail } | null)?.trail ?? []) as Trail,
  });
  const [state, setState] = useState(read);

  useEffect(() => {
    const restore = () => setState(read());
    addEventListener("popstate", restore);
    return () => removeEventListener("popstate", restore);
  });

  const go = (address: Address, trail: Trail = []) => {
    history.pushState({ trail }, "", formatAddress(address) || location.pathname);
    setState({ address, trail });
    scrollTo({ top: 0 });
  };
  const { address, trail } = state;
  return {
    address,
    number: address.page === null ? 1 : trail.length > 0 ? trail.length + 1 : null,
    change: (part: Partial<Address>) => go({ ...address, page: null, ...part }),
    next: (token: string) => go({ ...address, page: token }, [...trail, address.page]),
    previous: trail.length > 0 ? () => go({ ...address, page: trail[trail.length - 1] }, trail.slice(0, -1)) : null,
  };
}
