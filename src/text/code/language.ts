/** The languages that code is read in. TypeScript is JavaScript with types; its parser reads both. */
export const LANGUAGES = ['javascript', 'typescript', 'python'] as const;
export type Language = (typeof LANGUAGES)[number];

const TITLES: Record<Language, string> = { javascript: 'JavaScript', typescript: 'TypeScript', python: 'Python' };

/** Its name as it is written in a sentence. */
export function languageTitle(language: Language): string {
  return TITLES[language];
}
