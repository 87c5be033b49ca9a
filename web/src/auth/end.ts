/** What end of an issuer is known: `end_session_endpoint` of its discovery document. */
interface Server {
  end_session_endpoint?: string;
}

/**
 * Where to go to be signed out, and to come back from to `home` (OpenID Connect RP-Initiated Logout 1.0, section 2); `/` where the
 * issuer knows no such place. Cognito calls the way back `logout_uri`; issuers ignore parameters that they do not know.
 */
export function endAddress(server: Server, home: string, clientId: string, idToken?: string): string {
  if (!server.end_session_endpoint) return "/";
  const to = new URL(server.end_session_endpoint);
  to.searchParams.set("client_id", clientId);
  to.searchParams.set("post_logout_redirect_uri", home);
  to.searchParams.set("logout_uri", home);
  if (idToken) to.searchParams.set("id_token_hint", idToken);
  return to.href;
}
