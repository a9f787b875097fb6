import { fillIn, isVariable, variablesIn } from '@careline/schema/variables';

export { fillIn, variablesIn };

/** Those of a text's variables that there are not. */
export const unknownIn = (text: string): string[] => variablesIn(text).filter((name) => !isVariable(name));

/** Variables of a text for which there is no value. */
export const missingIn = (text: string, values: Readonly<Record<string, string | null>>): string[] => variablesIn(text).filter((name) => values[name] == null);
