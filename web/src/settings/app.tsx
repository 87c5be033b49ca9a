import Box from "@cloudscape-design/components/box";
import { t as list } from "../list/text";
import { Shell } from "../page/shell";
import type { Visit } from "../page/start";
import { Form } from "./form";
import { t } from "./text";

export function App({ clients, me, signOut }: Visit) {
  const path = [list("administrator"), t("general"), t("company"), t("security"), t("others")];
  return (
    <Shell
      me={me}
      signOut={signOut}
      contentType="form"
      path={path.map((text) => ({ text, href: "/settings.html" }))}
      content={() =>
        me.roles.includes("admin") ? (
          <Form client={clients.client} />
        ) : (
          <Box padding="xl">
            <h1 className="visually-hidden">{t("others")}</h1>
            {t("notAllowed")}
          </Box>
        )
      }
    />
  );
}
