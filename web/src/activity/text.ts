import { translator } from "../i18n/i18n";
import { en } from "./messages.en";
import { ja } from "./messages.ja";
import { ko } from "./messages.ko";

export const t = translator({ en, ko, ja });
