import Box from "@cloudscape-design/components/box";
import { t as list } from "../list/text";
import { Shell } from "../page/shell";
import type { Visit } from "../page/start";
import { Activity } from "./activity";
import { t } from "./text";

const path = ["administrator", "audit", "activity"] as const;

export function App({ clients, me, signOut }: Visit) {
  return (
    <Shell
      me={me}
      signOut={signOut}
      contentType="table"
      path={path.map((key) => ({ text: list(key), href: "/activity.html" }))}
      content={(zone) =>
        me.roles.includes("admin") ? (
          <Activity clients={clients} me={me} zone={zone} />
        ) : (
          <Box padding="xl">
            <h1 className="visually-hidden">{list("activity")}</h1>
            {t("notAllowed")}
          </Box>
        )
      }
    />
  );
}
