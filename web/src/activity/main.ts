import { enter } from "../page/enter";

enter(() => import("./page"));
