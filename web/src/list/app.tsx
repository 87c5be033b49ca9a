import { mayDownload } from "../download/right";
import { ReadyNews } from "../exports/ready";
import { Shell } from "../page/shell";
import type { Visit } from "../page/start";
import { Sessions } from "./sessions";
import { t } from "./text";

const path = ["administrator", "audit", "servers", "sessionLogs"] as const;

export function App({ clients, me, signOut }: Visit) {
  return (
    <Shell
      me={me}
      signOut={signOut}
      contentType="table"
      path={path.map((key) => ({ text: t(key), href: "/" }))}
      notifications={mayDownload(me) && <ReadyNews client={clients.background} />}
      content={(zone) => <Sessions clients={clients} me={me} zone={zone} />}
    />
  );
}
