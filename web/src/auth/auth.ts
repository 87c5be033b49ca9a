import * as oauth from "oauth4webapi";
import { endAddress } from "./end";

/** What /config.json says. */
export interface Settings {
  issuer: string;
  clientId: string;
  scope: string;
  apiBase: string;
}

/** Who is signed in on this page. Tokens live in its memory only. */
export interface Auth {
  /** An access token; when it has ended, the page goes to sign in again and comes back to the same address. */
  token(): Promise<string>;
  /** Whether token answers without leaving the page. */
  signedIn(): boolean;
  signOut(): void;
}

export async function loadSettings(): Promise<Settings> {
  const answer = await fetch("/config.json");
  if (!answer.ok) throw new Error(`/config.json: HTTP ${answer.status}`);
  return (await answer.json()) as Settings;
}

const kept = "tapedeck.sign-in"; // across the way to the issuer and back
const spare = 30_000; // ms before its end in which a token is not used any more

interface Kept {
  verifier: string;
  state: string;
  nonce: string;
  back: string;
}

/** Signs in: authorization code with PKCE (RFC 6749, RFC 7636). Where nobody is signed in, the page goes away. */
export async function signIn(settings: Settings): Promise<Auth> {
  const issuer = new URL(settings.issuer);
  const insecure = { [oauth.allowInsecureRequests]: issuer.protocol === "http:" };
  const server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, { algorithm: "oidc", ...insecure }));
  const client: oauth.Client = { client_id: settings.clientId };
  const begin = () => leave(server, settings);

  const here = new URL(location.href);
  if (!here.searchParams.has("state")) return begin();
  const asked = take();
  if (!asked || here.searchParams.get("state") !== asked.state) {
    history.replaceState(null, "", location.pathname);
    return begin();
  }
  history.replaceState(null, "", asked.back);
  const parameters = oauth.validateAuthResponse(server, client, here, asked.state);
  const answer = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    oauth.None(),
    parameters,
    redirectAddress(),
    asked.verifier,
    insecure,
  );
  const inTime = { ...client, [oauth.clockSkew]: await skewOf(answer.clone()) };
  const tokens = await oauth.processAuthorizationCodeResponse(server, inTime, answer, { expectedNonce: asked.nonce, requireIdToken: true });
  const ends = Date.now() + (tokens.expires_in ?? 300) * 1000 - spare;
  const signedIn = () => Date.now() < ends;
  return {
    signedIn,
    token: async () => (signedIn() ? tokens.access_token : begin()),
    signOut: () => location.assign(endAddress(server, `${location.origin}/`, settings.clientId, tokens.id_token)),
  };
}

/** Seconds that this computer's clock is slow: the issuer has just made the token that it gave, with its nonce, for this request. */
async function skewOf(answer: Response): Promise<number> {
  try {
    const { id_token } = (await answer.json()) as { id_token: string };
    const claims = id_token.split(".")[1]!.replaceAll("-", "+").replaceAll("_", "/");
    const { iat } = JSON.parse(atob(claims)) as { iat: unknown };
    return typeof iat === "number" && Number.isFinite(iat) ? iat - Math.floor(Date.now() / 1000) : 0;
  } catch {
    return 0; // no such token: what checks it says so
  }
}

/** Never resolves: the page is left. */
async function leave(server: oauth.AuthorizationServer, settings: Settings): Promise<never> {
  if (!server.authorization_endpoint) throw new Error("the issuer names no authorization endpoint");
  const asked: Kept = {
    verifier: oauth.generateRandomCodeVerifier(),
    state: oauth.generateRandomState(),
    nonce: oauth.generateRandomNonce(),
    back: location.pathname + location.search + location.hash,
  };
  sessionStorage.setItem(kept, JSON.stringify(asked));
  const to = new URL(server.authorization_endpoint);
  const parameters = {
    client_id: settings.clientId,
    redirect_uri: redirectAddress(),
    response_type: "code",
    scope: settings.scope,
    state: asked.state,
    nonce: asked.nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(asked.verifier),
    code_challenge_method: "S256",
  };
  for (const [name, value] of Object.entries(parameters)) to.searchParams.set(name, value);
  location.replace(to);
  return new Promise(() => {});
}

function take(): Kept | null {
  const text = sessionStorage.getItem(kept);
  sessionStorage.removeItem(kept);
  return text ? (JSON.parse(text) as Kept) : null;
}

/** The pages to which the issuer leads back: exactly these are registered with it. */
const pages = ["/player.html", "/exports.html", "/settings.html", "/activity.html"];

function redirectAddress(): string {
  return location.origin + (pages.includes(location.pathname) ? location.pathname : "/");
}
