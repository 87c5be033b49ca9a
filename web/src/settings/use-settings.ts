import { useCallback, useEffect, useState } from "react";
import { Problem, unwrap, type Clients } from "../api/client";
import { draftOf, rebased, same, settingsOf, type Draft, type Settings } from "./draft";

interface Held {
  etag: string;
  draft: Draft; // what holds, as a draft
}

export type Outcome = "saved" | "changed" | { failure: unknown } | null;

/** The settings that hold, what a person makes of them, and how saving went. */
export function useSettings(client: Clients["client"]) {
  const [held, setHeld] = useState<Held | null>(null);
  const [draft, setDraft] = useState<Draft | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const [outcome, setOutcome] = useState<Outcome>(null);
  const [saving, setSaving] = useState(false);

  /** Reads what holds now. What was changed here stays changed. */
  const read = useCallback(async () => {
    setFailure(null);
    setOutcome(null);
    try {
      const request = client.GET("/settings");
      const now = heldOf(await unwrap(request), (await request).response);
      setHeld(now);
      setDraft((d) => (d && held ? rebased(d, held.draft, now.draft) : now.draft));
    } catch (cause) {
      setFailure(cause);
    }
  }, [client, held]);
  useEffect(() => void read(), []);

  const save = async () => {
    if (!held || !draft) return;
    setSaving(true);
    setOutcome(null);
    try {
      const request = client.PUT("/settings", { params: { header: { "If-Match": held.etag } }, body: settingsOf(draft) });
      const now = heldOf(await unwrap(request), (await request).response);
      setHeld(now);
      setDraft(now.draft);
      setOutcome("saved");
    } catch (cause) {
      setOutcome(cause instanceof Problem && cause.code === "settings_changed" ? "changed" : { failure: cause });
    }
    setSaving(false);
  };

  const dirty = held !== null && draft !== null && !same(draft, held.draft);
  useEffect(() => {
    if (!dirty) return;
    const stay = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", stay);
    return () => removeEventListener("beforeunload", stay);
  }, [dirty]);

  const change = (part: Partial<Draft>) => setDraft((d) => d && { ...d, ...part });
  const discard = () => {
    setDraft(held?.draft ?? null);
    setOutcome(null);
  };
  return {
    draft,
    dirty,
    failure,
    outcome,
    saving,
    read: () => void read(),
    save: () => void save(),
    change,
    discard,
    settle: () => setOutcome(null),
  };
}

function heldOf(settings: Settings, response: Response): Held {
  return { etag: response.headers.get("ETag") ?? "", draft: draftOf(settings) };
}
