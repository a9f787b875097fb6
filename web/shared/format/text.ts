/** The surname or first letter that stands in an avatar; a three-character Chinese name of a colleague shows its last. */
export function initialOf(name: string, isColleague = false): string {
  const trimmed = name.trim();
  if (!trimmed) return '?';
  if (/^[\u4e00-\u9fff]{2,4}$/.test(trimmed)) return isColleague ? trimmed.at(-1)! : trimmed[0]!;
  return [...trimmed][0]!.toUpperCase();
}

/** A phone number of China as people write it there; others as they are. */
export function shownPhone(phone: string): string {
  return phone.replace(/^\+86(\d{3})(\d{4})(\d{4})$/, '$1 $2 $3');
}

/** One of six quiet tints, always the same for one id. */
export function tintOf(id: string): number {
  let sum = 0;
  for (const sign of id) sum = (sum * 31 + sign.charCodeAt(0)) % 9973;
  return (sum % 6) + 1;
}

/** `812 KB`, `86.2 MB`. */
export function fileSize(bytes: number): string {
  if (bytes < 1_024) return `${bytes} B`;
  if (bytes < 1_024 * 1_024) return `${Math.round(bytes / 1_024)} KB`;
  return `${(bytes / 1_024 / 1_024).toFixed(1)} MB`;
}

/** A long file name shortened in the middle: its extension stays. */
export function shortFileName(name: string, length = 28): string {
  if (name.length <= length) return name;
  const dot = name.lastIndexOf('.');
  const end = dot > 0 && name.length - dot <= 6 ? name.slice(dot) : '';
  return `${name.slice(0, length - end.length - 1)}…${end}`;
}
