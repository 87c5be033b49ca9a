import { loadSettings, signIn, type Auth, type Settings } from "../auth/auth";
import { applyTheme, currentTheme } from "../list/theme";
import { t } from "../list/text";
import "./enter.css";

let entering: Promise<{ settings: Settings; auth: Auth }> | undefined;

/** Who is signed in. The first call begins it; where nobody is, the page goes away. */
export function entered(): Promise<{ settings: Settings; auth: Auth }> {
  return (entering ??= begin());
}

async function begin() {
  const settings = await loadSettings();
  return { settings, auth: await signIn(settings) };
}

/**
 * A page's first script: it begins to sign in, and loads the page's own code when that is of use. On the way to the
 * issuer it is not: the page comes back, and would load it twice.
 */
export function enter(load: () => Promise<unknown>): void {
  applyTheme(currentTheme());
  document.title = t("product");
  const waits = document.createElement("p");
  waits.setAttribute("role", "status");
  waits.textContent = t("signingIn");
  document.getElementById("app")!.append(waits);
  const signing = entered();
  const back = new URL(location.href).searchParams.has("state"); // asked before it is taken away
  void (back ? load() : signing.then(load, load)); // the page says what went wrong
}
