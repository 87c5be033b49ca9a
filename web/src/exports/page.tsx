import { start } from "../page/start";
import { App } from "./app";
import { t } from "./text";

void start(t("exports"), (visit) => <App {...visit} />);
