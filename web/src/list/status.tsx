import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Spinner from "@cloudscape-design/components/spinner";
import { Problem } from "../api/client";
import { t } from "./text";

/** What went wrong in words, and the request to name when asking for help. */
export function describe(cause: unknown): { text: string; request: string } {
  if (cause instanceof Problem) {
    const own = { network: t("network"), sign_in_ended: t("signInEnded") }[cause.code];
    return { text: own ?? cause.detail, request: cause.requestId };
  }
  return { text: cause instanceof Error ? cause.message : String(cause), request: "" };
}

interface FailedProps {
  title: string;
  cause: unknown;
  retry(): void;
  retryText: string;
}

export function Failed({ title, cause, retry, retryText }: FailedProps) {
  const { text, request } = describe(cause);
  return (
    <Alert type="error" header={title} action={<Button onClick={retry}>{retryText}</Button>}>
      {text} {request && <Box variant="small">{t("requestId", { id: request })}</Box>}
    </Alert>
  );
}

export function SigningIn() {
  return (
    <main>
      <Box textAlign="center" padding="xxl">
        <Spinner size="large" /> <span role="status">{t("signingIn")}</span>
      </Box>
    </main>
  );
}

export function SignInFailed({ cause }: { cause: unknown }) {
  return (
    <main>
      <h1 className="visually-hidden">{t("sessionLogs")}</h1>
      <Box padding="xxl">
        <Failed title={t("failedSignIn")} cause={cause} retry={() => location.assign("/")} retryText={t("tryAgain")} />
      </Box>
    </main>
  );
}
