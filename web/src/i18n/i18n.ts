export type Language = "en" | "ko" | "ja";
export const languages: Record<Language, string> = { en: "English", ko: "한국어", ja: "日本語" };

const kept = "tapedeck.language";

/** The first of the wanted languages that there is, else English. */
export function pick(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const language = tag.slice(0, 2).toLowerCase();
    if (language in languages) return language as Language;
  }
  return "en";
}

export function currentLanguage(): Language {
  const chosen = read(kept);
  return pick(chosen ? [chosen] : navigator.languages);
}

export function chooseLanguage(language: Language): void {
  localStorage.setItem(kept, language);
}

/** A count as the current language writes it. */
export function formatNumber(n: number): string {
  return n.toLocaleString(currentLanguage());
}

export type Translate<K extends string> = (key: K, values?: Record<string, string | number>) => string;

/** Translates with the current language's table; `{name}` in a text stands for a value. */
export function translator<K extends string>(tables: Record<Language, Record<K, string>>): Translate<K> {
  const language = currentLanguage();
  document.documentElement.lang = language;
  const table = tables[language];
  return (key, values = {}) => table[key].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
}

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null; // storage is switched off
  }
}
