import { t as list } from "../list/text";
import { start } from "../page/start";
import { App } from "./app";

void start(list("activity"), (visit) => <App {...visit} />);
