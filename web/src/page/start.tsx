import "@cloudscape-design/global-styles/index.css";
import { startTransition } from "react";
import { createRoot } from "react-dom/client";
import { apiClient, Problem, unwrap, type Clients, type Me } from "../api/client";
import "../list/list.css";
import { SignInFailed, SigningIn } from "../list/status";
import { t } from "../list/text";
import { applyTheme, currentTheme } from "../list/theme";
import { entered } from "./enter";

export interface Visit {
  clients: Clients;
  me: Me;
  signOut(): void;
}

/** Signs in, and shows a page of the component kit. */
export async function start(title: string, page: (visit: Visit) => React.ReactNode): Promise<void> {
  applyTheme(currentTheme());
  document.title = `${title} - ${t("product")}`;
  const root = createRoot(document.getElementById("app")!);
  root.render(<SigningIn />);
  try {
    const { settings, auth } = await entered();
    const client = apiClient(settings.apiBase, () => auth.token());
    const background = apiClient(settings.apiBase, async () => {
      if (!auth.signedIn()) throw new Problem(0, "sign_in_ended", "", "");
      return auth.token();
    });
    const me = await unwrap(client.GET("/me"));
    const shown = page({ clients: { client, background }, me, signOut: () => auth.signOut() });
    startTransition(() => root.render(shown)); // piece by piece: who types or clicks meanwhile is not kept waiting
  } catch (cause) {
    root.render(<SignInFailed cause={cause} />);
  }
}
