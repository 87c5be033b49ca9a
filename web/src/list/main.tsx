import "@cloudscape-design/global-styles/index.css";
import { createRoot } from "react-dom/client";
import { apiClient, Problem, unwrap } from "../api/client";
import { loadSettings, signIn } from "../auth/auth";
import { App } from "./app";
import "./list.css";
import { SignInFailed, SigningIn } from "./status";
import { t } from "./text";
import { applyTheme, currentTheme } from "./theme";

applyTheme(currentTheme());
document.title = `${t("sessionLogs")} - ${t("product")}`;
const root = createRoot(document.getElementById("app")!);
root.render(<SigningIn />);
void start();

async function start(): Promise<void> {
  try {
    const settings = await loadSettings();
    const auth = await signIn(settings);
    const client = apiClient(settings.apiBase, () => auth.token());
    const background = apiClient(settings.apiBase, async () => {
      if (!auth.signedIn()) throw new Problem(0, "sign_in_ended", "", "");
      return auth.token();
    });
    const me = await unwrap(client.GET("/me"));
    root.render(<App clients={{ client, background }} me={me} signOut={() => auth.signOut()} />);
  } catch (cause) {
    root.render(<SignInFailed cause={cause} />);
  }
}
