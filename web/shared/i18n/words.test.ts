import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createI18n } from 'vue-i18n';
import { describe, expect, it } from 'vitest';
import { en } from './en/index.ts';
import { zhCN } from './zh-CN/index.ts';

type Tree = { [word: string]: string | Tree };

function flatten(tree: Tree, prefix = ''): Map<string, string> {
  return new Map(Object.entries(tree).flatMap(([word, value]): Array<[string, string]> => (
    typeof value === 'string' ? [[prefix + word, value]] : [...flatten(value, `${prefix}${word}.`)]
  )));
}

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'i18n' ? [] : sources(path);
    return /(?<!\.test)\.(vue|ts)$/.test(entry.name) ? [path] : [];
  });
}

const chinese = flatten(zhCN);
const english = flatten(en);

describe('words', () => {
  it('are the same keys in both languages', () => {
    expect([...english.keys()]).toEqual([...chinese.keys()]);
  });

  it('carry the same placeholders in both languages', () => {
    const names = (text: string) => [...new Set([...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]))].sort();
    for (const [key, text] of chinese) expect([key, ...names(english.get(key)!)]).toEqual([key, ...names(text)]);
  });

  it('can all be written', () => {
    const i18n = createI18n({ legacy: false, locale: 'zh-CN', messages: { 'zh-CN': zhCN, en } });
    for (const locale of ['zh-CN', 'en'] as const) {
      for (const key of chinese.keys()) if (!key.startsWith('command.pinyin')) expect(i18n.global.t(key, {}, { locale })).not.toBe(key);
    }
  });

  it('have no space typed between Chinese and Latin letters or numbers within a sentence, and no exclamation', () => {
    const isWrong = /[\u4e00-\u9fff] [A-Za-z]|[\u4e00-\u9fff] (?:\{\w+\}|\d+)[\u4e00-\u9fff，。；：]|(?<!#)(?:\{\w+\}|[A-Za-z0-9%]) [\u4e00-\u9fff]|！|!/;
    const spaced = [...chinese].filter(([key, text]) => !key.startsWith('command.pinyin') && isWrong.test(text));
    expect(spaced).toEqual([]);
  });

  it('exist for every key that the screens name', () => {
    const root = join(import.meta.dirname, '../..');
    const files = [...sources(join(root, 'console')), ...sources(join(root, 'shared'))];
    const used = files.flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/\bt\((?:[^()'`]*\? )?'([\w.]+)'/g)].map((match) => match[1]!));
    expect([...new Set(used)].filter((key) => !chinese.has(key))).toEqual([]);
    expect(used.length).toBeGreaterThan(100);
  });
});
