import { pinyin } from 'pinyin-pro';

const LENGTH_MAX = 600;

/** A label as it is typed on a Latin keyboard: 申请 VIP 退款 is `shen qing vip tui kuan`. Signs and other scripts are left out. */
export function spell(label: string): string {
  const syllables = pinyin(label.toLowerCase(), { toneType: 'none', type: 'array', v: true, nonZh: 'consecutive' })
    .flatMap((part) => part.match(/[a-z0-9]+/g) ?? []);
  return syllables.join(' ').slice(0, LENGTH_MAX);
}
