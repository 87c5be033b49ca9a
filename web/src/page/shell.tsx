import AppLayout, { type AppLayoutProps } from "@cloudscape-design/components/app-layout";
import BreadcrumbGroup, { type BreadcrumbGroupProps } from "@cloudscape-design/components/breadcrumb-group";
import { useState } from "react";
import { Bar } from "../list/bar";
import { chooseTheme, currentTheme } from "../list/theme";
import { chooseZone, zoneChoice, zoneOf } from "../list/zone";
import type { Visit } from "./start";

interface Props extends Omit<Visit, "clients"> {
  path: BreadcrumbGroupProps.Item[];
  contentType: AppLayoutProps.ContentType;
  notifications?: React.ReactNode;
  /** What the page is for; times are shown in the zone that was chosen. */
  content: (zone: string) => React.ReactNode;
}

/** What all pages of the component kit have around them: the bar, and the way here. */
export function Shell({ me, signOut, path, contentType, notifications, content }: Props) {
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
        contentType={contentType}
        notifications={notifications}
        breadcrumbs={<BreadcrumbGroup items={path} />}
        content={content(zoneOf(zone, me.timeZone))}
      />
    </>
  );
}
