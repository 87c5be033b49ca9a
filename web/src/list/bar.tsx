import TopNavigation from "@cloudscape-design/components/top-navigation";
import type { Me } from "../api/client";
import { mayDownload } from "../download/right";
import { chooseLanguage, currentLanguage, languages, type Language } from "../i18n/i18n";
import { t } from "./text";
import type { Theme } from "./theme";
import { localZone, type ZoneChoice } from "./zone";

interface Props {
  me: Me;
  theme: Theme;
  zone: ZoneChoice;
  onTheme(theme: Theme): void;
  onZone(zone: ZoneChoice): void;
  signOut(): void;
}

/** The bar at the top of the window: language, zone, theme, and who is signed in. */
export function Bar({ me, theme, zone, onTheme, onZone, signOut }: Props) {
  const zones: Record<ZoneChoice, string> = {
    organisation: t("zoneOrganisation", { zone: me.timeZone }),
    local: t("zoneLocal", { zone: localZone() }),
    utc: t("zoneUtc"),
  };
  return (
    <TopNavigation
      identity={{ href: "/", title: t("product") }}
      i18nStrings={{
        overflowMenuTriggerText: t("menu"),
        overflowMenuTitleText: t("menu"),
        overflowMenuDismissIconAriaLabel: t("close"),
        overflowMenuBackIconAriaLabel: t("back"),
      }}
      utilities={[
        ...(mayDownload(me) ? [{ type: "button" as const, text: t("exports"), href: "/exports.html" }] : []),
        ...(me.roles.includes("admin")
          ? [
              { type: "button" as const, text: t("activity"), href: "/activity.html" },
              { type: "button" as const, text: t("settings"), href: "/settings.html" },
            ]
          : []),
        {
          type: "menu-dropdown",
          text: languages[currentLanguage()],
          ariaLabel: `${t("language")}: ${languages[currentLanguage()]}`,
          items: Object.entries(languages).map(([id, text]) => ({ id, text, lang: id })),
          onItemClick: ({ detail }) => {
            chooseLanguage(detail.id as Language);
            location.reload();
          },
        },
        {
          type: "menu-dropdown",
          text: zones[zone],
          ariaLabel: `${t("timeZone")}: ${zones[zone]}`,
          items: Object.entries(zones).map(([id, text]) => ({ id, text })),
          onItemClick: ({ detail }) => onZone(detail.id as ZoneChoice),
        },
        {
          type: "menu-dropdown",
          text: t(theme),
          ariaLabel: `${t("theme")}: ${t(theme)}`,
          items: [
            { id: "light", text: t("light") },
            { id: "dark", text: t("dark") },
          ],
          onItemClick: ({ detail }) => onTheme(detail.id as Theme),
        },
        {
          type: "menu-dropdown",
          text: me.name || me.email,
          description: me.email,
          iconName: "user-profile",
          items: [{ id: "sign-out", text: t("signOut") }],
          onItemClick: signOut,
        },
      ]}
    />
  );
}
