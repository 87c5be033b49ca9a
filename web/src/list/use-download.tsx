import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import Link from "@cloudscape-design/components/link";
import { useState } from "react";
import type { Clients, Me, Session } from "../api/client";
import { begin, save } from "../download/download";
import { mayDownload } from "../download/right";
import { t as say } from "../download/text";
import { exportBegun } from "../exports/use-exports";
import { describe } from "./status";
import { t } from "./text";

type Told = { begun: Session } | { failure: unknown } | null;

/** The dialog comes when it is asked for: most people who read the list never see it. */
const askPassphrase = async () => (await import("../download/dialog")).askPassphrase();

/** Download from a row of the list, for those who may, and what came of it. */
export function useDownload(client: Clients["client"], me: Me) {
  const [told, setTold] = useState<Told>(null);
  const download = async (session: Session) => {
    setTold(null);
    try {
      const begun = await begin(client, session.id, me.exportEncryption === "required", askPassphrase);
      if (begun && "address" in begun) save(begun.address);
      else if (begun) {
        setTold({ begun: session });
        window.dispatchEvent(new Event(exportBegun));
      }
    } catch (failure) {
      setTold({ failure });
    }
  };
  const kept = ({ state }: Session) => state === "ready" || state === "unreadable";
  const column = (s: Session) =>
    kept(s) && (
      <Button variant="inline-link" ariaLabel={t("download", { record: s.sessionRecord })} onClick={() => void download(s)}>
        {say("download")}
      </Button>
    );
  return { column: mayDownload(me) ? column : undefined, told: told && <Outcome told={told} dismiss={() => setTold(null)} /> };
}

function Outcome({ told, dismiss }: { told: NonNullable<Told>; dismiss(): void }) {
  const rest = { dismissible: true, dismissAriaLabel: t("close"), onDismiss: dismiss };
  if ("failure" in told)
    return (
      <Alert type="error" {...rest}>
        {say("failed", { detail: describe(told.failure).text })}
      </Alert>
    );
  return (
    <Alert type="info" {...rest} action={<Link href="/exports.html">{t("exports")}</Link>}>
      <span role="status">{t("exportBegun", { record: told.begun.sessionRecord })}</span>
    </Alert>
  );
}
