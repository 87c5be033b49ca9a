import { useEffect, useState } from "react";

/** What a history entry keeps beside its address. */
interface Entry {
  trail: (string | null)[]; // pages that were passed on the way to this one; null stands for the first
  at: number; // when its first page was read: "the last 7 days" and page tokens are of that moment
}

/** The address bar as state, by how an address is read and written. Going anywhere makes an entry, so that Back works. */
export function useAddress<Address extends { page: string | null }>(parse: (search: string) => Address, format: (a: Address) => string) {
  const read = () => {
    const { trail = [], at = Date.now() } = (history.state ?? {}) as Partial<Entry>;
    return { address: parse(location.search), trail, at };
  };
  const [state, setState] = useState(read);
  const { address, trail, at } = state;

  useEffect(() => {
    const restore = () => setState(read());
    addEventListener("popstate", restore);
    return () => removeEventListener("popstate", restore);
  });
  useEffect(() => {
    const entry: Entry = { trail, at };
    history.replaceState(entry, "", format(address) || location.pathname);
  }, []); // what this person's own defaults are has to be in a link

  const go = (address: Address, { trail, at }: Entry) => {
    history.pushState({ trail, at }, "", format(address) || location.pathname);
    setState({ address, trail, at });
    scrollTo({ top: 0 });
  };
  return {
    address,
    at: new Date(at),
    number: address.page === null ? 1 : trail.length > 0 ? trail.length + 1 : null, // unknown after a copied link
    change: (part: Partial<Address>) => go({ ...address, page: null, ...part }, { trail: [], at: Date.now() }),
    next: (token: string) => go({ ...address, page: token }, { trail: [...trail, address.page], at }),
    previous: trail.length > 0 ? () => go({ ...address, page: trail[trail.length - 1] }, { trail: trail.slice(0, -1), at }) : null,
    /** Takes the first page's moment to be now. */
    renew: () => {
      if (address.page !== null) return;
      const entry: Entry = { trail, at: Date.now() };
      history.replaceState(entry, "");
      setState({ address, ...entry });
    },
  };
}
