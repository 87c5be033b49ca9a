import type { PropertyFilterProps } from "@cloudscape-design/components/property-filter";
import type { Client } from "openapi-fetch";
import { useEffect, useRef, useState } from "react";
import { unwrap } from "../api/client";
import type { paths } from "../api/schema.gen";
import { t } from "./text";

type Suggestions = Pick<PropertyFilterProps, "filteringOptions" | "filteringStatusType" | "filteringFinishedText">;

const none: Suggestions = { filteringOptions: [], filteringStatusType: "finished" };

/** Values of the field that is being typed. The search bar waits for a pause before it asks; an older question is given up. */
export function useValues(client: Client<paths>) {
  const [suggestions, setSuggestions] = useState(none);
  const flight = useRef<AbortController | null>(null);
  useEffect(() => () => flight.current?.abort(), []);

  const load = async (field: string | undefined, prefix: string) => {
    flight.current?.abort();
    if (field === undefined) return setSuggestions(none);
    const { signal } = (flight.current = new AbortController());
    setSuggestions({ ...none, filteringStatusType: "loading" });
    try {
      const { values } = await unwrap(client.GET("/sessions/values", { params: { query: { field, prefix } }, signal }));
      if (signal.aborted) return;
      // The search bar hides values that do not hold the typed text. The API folds more than letters' case: with the
      // text as a tag, what it found is shown.
      const held = (value: string) => value.toLowerCase().includes(prefix.toLowerCase());
      const filteringOptions = values.map((value) => ({ propertyKey: field, value, filteringTags: held(value) ? [] : [prefix] }));
      setSuggestions(values.length > 0 ? { ...none, filteringOptions } : { ...none, filteringFinishedText: t("valuesNone") });
    } catch {
      if (!signal.aborted) setSuggestions({ ...none, filteringStatusType: "error" });
    }
  };
  return { suggestions, load };
}
