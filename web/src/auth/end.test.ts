import { expect, test } from "vitest";
import { endAddress } from "./end";

const home = "https://tapedeck.example.com/";

test("an issuer is told who comes, and where they go then, in OpenID Connect's words and in Cognito's", () => {
  const to = new URL(endAddress({ end_session_endpoint: "https://id.example.com/out?tenant=1" }, home, "web", "a.b.c"));
  expect(to.origin + to.pathname).toBe("https://id.example.com/out");
  expect(Object.fromEntries(to.searchParams)).toEqual({
    tenant: "1",
    client_id: "web",
    post_logout_redirect_uri: home,
    logout_uri: home,
    id_token_hint: "a.b.c",
  });
});

test("without an ID token there is no hint", () => {
  expect(endAddress({ end_session_endpoint: "https://id.example.com/out" }, home, "web")).not.toContain("id_token_hint");
});

test("an issuer that has no such place only loses the page's tokens", () => {
  expect(endAddress({}, home, "web")).toBe("/");
});
