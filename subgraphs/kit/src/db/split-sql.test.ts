import { describe, expect, it } from 'vitest';
import { splitSql } from './index.ts';

describe('splitSql', () => {
  it.each([
    ['two statements', 'A; B;', ['A', 'B']],
    ['a last one without its end', 'A;\nB', ['A', 'B']],
    ['a semicolon in quotes', `INSERT 'a;b', "c;d", \`e;f\`; B;`, [`INSERT 'a;b', "c;d", \`e;f\``, 'B']],
    ['an escaped quote', `INSERT 'it\\'s; x'; B`, [`INSERT 'it\\'s; x'`, 'B']],
    ['a doubled quote', `INSERT 'it''s; x'; B`, [`INSERT 'it''s; x'`, 'B']],
    ['comments with semicolons and quotes', `-- don't; stop\nA; # it's\n/* ; ' */ B;`, ['A', 'B']],
    ['a minus that is no comment', 'SELECT 1--1; B', ['SELECT 1--1', 'B']],
    ['nothing', ' \n-- only words\n', []],
  ])('cuts %s', (_name, text, expected) => expect(splitSql(text)).toEqual(expected));
});
