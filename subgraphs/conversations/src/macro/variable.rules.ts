import { textVariables } from '@careline/schema/variables';

const VARIABLE = /\{\{\s*([^{}]*?)\s*\}\}/g;
const known: ReadonlySet<string> = new Set(textVariables.map(({ name }) => name));

/** Names of all variables of a text, each once, in order. */
export function variablesIn(text: string): string[] {
  return [...new Set([...text.matchAll(VARIABLE)].map(([, name]) => name!))];
}

/** Those of a text's variables that there are not. */
export const unknownIn = (text: string): string[] => variablesIn(text).filter((name) => !known.has(name));

/** The text with the values that there are; a variable without one stays in its braces. Values are taken as they are: braces in them are no variables. */
export function fillIn(text: string, values: Readonly<Record<string, string | null>>): string {
  return text.replace(VARIABLE, (whole, name: string) => values[name] ?? whole);
}

/** Variables of a text for which there is no value. */
export const missingIn = (text: string, values: Readonly<Record<string, string | null>>): string[] => variablesIn(text).filter((name) => values[name] == null);
