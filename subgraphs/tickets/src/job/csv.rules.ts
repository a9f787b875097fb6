const BOM = '\ufeff';
/** What a spreadsheet would take for a formula, full width too; a tab or a line break before it does not hide it. */
const FORMULA = /^[\s\u00a0\u3000]*[=+\-@＝＋－＠]/u;
const SPECIAL = /[",\r\n]|^\s|\s$/u;
const NUMBER = /^-?\d+(\.\d+)?$/;

/** One field by RFC 4180; a text that a spreadsheet would run is led by an apostrophe. */
export function csvField(value: string | number | null): string {
  if (value === null) return '';
  const text = String(value);
  const safe = typeof value === 'string' && FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
  return SPECIAL.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Records of a file, each ended by CRLF. */
export function csvLines(records: readonly (readonly (string | number | null)[])[]): string {
  return records.map((record) => `${record.map(csvField).join(',')}\r\n`).join('');
}

/** How a file begins: so that spreadsheets read it as UTF-8, and with the names of its columns. */
export const csvHead = (names: readonly string[]): string => BOM + csvLines([names]);
