import Button from "@cloudscape-design/components/button";
import Flashbar from "@cloudscape-design/components/flashbar";
import { useState } from "react";
import type { Clients } from "../api/client";
import { t } from "./text";
import { useExports } from "./use-exports";

const kept = "tapedeck.exports-seen"; // ids of exports whose being ready was seen
const most = 100;

/** Says once of each export that it is ready, also after the page was loaded again. */
export function ReadyNews({ client }: { client: Clients["client"] }) {
  const { exports } = useExports(client);
  const [seen, setSeen] = useState(() => (localStorage.getItem(kept) ?? "").split(" ").filter(Boolean));
  const dismiss = (id: string) => {
    const ids = [id, ...seen].slice(0, most);
    localStorage.setItem(kept, ids.join(" "));
    setSeen(ids);
  };
  const ready = (exports ?? []).filter((e) => e.state === "READY" && !seen.includes(e.id));
  return (
    <Flashbar
      items={ready.map((e) => ({
        id: e.id,
        type: "success",
        content: t("ready", { file: e.fileName }),
        action: (
          <Button href="/exports.html" onClick={() => dismiss(e.id)}>
            {t("show")}
          </Button>
        ),
        dismissible: true,
        dismissLabel: t("dismiss"),
        onDismiss: () => dismiss(e.id),
      }))}
    />
  );
}
