import AppLayout from "@cloudscape-design/components/app-layout";
import BreadcrumbGroup from "@cloudscape-design/components/breadcrumb-group";
import { useState } from "react";
import type { Clients, Me } from "../api/client";
import { Bar } from "./bar";
import { Sessions } from "./sessions";
import { t } from "./text";
import { chooseTheme, currentTheme } from "./theme";
import { chooseZone, zoneChoice, zoneOf } from "./zone";

const path = ["administrator", "audit", "servers", "sessionLogs"] as const;

export function App({ clients, me, signOut }: { clients: Clients; me: Me; signOut(): void }) {
  const [theme, setTheme] = useState(currentTheme);
  const [zone, setZone] = useState(zoneChoice);
  return (
    <>
      <div id="bar">
        <Bar
          me={me}
          theme={theme}
          zone={zone}
          signOut={signOut}
          onTheme={(chosen) => {
            chooseTheme(chosen);
            setTheme(chosen);
          }}
          onZone={(chosen) => {
            chooseZone(chosen);
            setZone(chosen);
          }}
        />
      </div>
      <AppLayout
        headerSelector="#bar"
        navigationHide
        toolsHide
        contentType="table"
        breadcrumbs={<BreadcrumbGroup items={path.map((key) => ({ text: t(key), href: "/" }))} />}
        content={<Sessions clients={clients} zone={zoneOf(zone, me.timeZone)} organisation={me.timeZone} />}
      />
    </>
  );
}
