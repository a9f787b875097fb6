import { pinyin } from 'pinyin-pro';

/**
 * Everything by whose beginning a name is found: the name itself and each of its words, its pinyin and its initials,
 * in lower case, each after a space.
 */
export function nameKeys(name: string): string {
  const lower = name.trim().toLowerCase().replace(/\s+/g, ' ');
  const keys = [lower];
  if (/\p{Script=Han}/u.test(lower)) {
    // Surname readings differ from common ones: 单 is Shàn, not dān.
    const syllables = pinyin(lower, { toneType: 'none', type: 'array', surname: 'head', v: true }).filter((part) => part.trim());
    keys.push(syllables.join(''), syllables.map((part) => part[0]).join(''));
  }
  return ` ${keys.join(' ')}`.slice(0, 400);
}
