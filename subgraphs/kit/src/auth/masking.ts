/** `138 **** 1000`: the first three and last four digits of a phone number stay. */
export function maskPhone(value: string): string {
  const digits = value.replace(/^\+86/, '').replace(/\D/g, '');
  return digits.length < 8 ? '****' : `${digits.slice(0, 3)} **** ${digits.slice(-4)}`;
}

/** `w***@example.com`: the first letter and the domain stay. */
export function maskEmail(value: string): string {
  const at = value.lastIndexOf('@');
  return at < 1 ? '***' : `${value[0]}***${value.slice(at)}`;
}

/** Everything but the first character becomes stars: `王**`. */
export function maskWord(value: string): string {
  const letters = [...value];
  return letters.length < 2 ? '*' : letters[0] + '*'.repeat(Math.min(letters.length - 1, 6));
}
