import fc, { type Arbitrary } from 'fast-check';
import { isEnumType, isInputObjectType, isListType, isNonNullType, type GraphQLInputObjectType, type GraphQLInputType } from 'graphql';

/** Texts that break what is written without care: storage, markup, headers, queries, templates. */
const TRICKS = [
  '', ' ', '\u3000', '\0', 'a\0b', '\u202e\u2066', '\ufeff', '\ufffd', 'e\u0301'.repeat(50), '👩‍👩‍👧‍👦', '𠮷野家', 'ﷺ', 'İı', '\r\nset-cookie: a=b', "' OR 1=1 --", '"; DROP TABLE messages; --',
  '${7*7}', '{{7*7}}', '<script>alert(1)</script>', '../../etc/passwd', '%00', '%s%n', '__proto__', 'constructor', 'null', 'undefined', 'NaN', '-0', '1e400', '0x10', '1970-01-01', '4111 1111 1111 1111',
  'ada@example.com', 'a@b', '+8613800001000', '13800001000', 'Asia/Shanghai', 'Mars/Base', 'https://shop.example', 'javascript:alert(1)', 'x'.repeat(300), '长'.repeat(10_001), 'y'.repeat(100_500), '[][][]'.repeat(400), '\ud800',
];

const text: Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...TRICKS) }, { weight: 3, arbitrary: fc.string({ unit: 'grapheme', maxLength: 60 }) }, { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
);

const usually = (weight: number, value: Arbitrary<unknown>, ...seldom: unknown[]): Arbitrary<unknown> => fc.oneof({ weight, arbitrary: value }, { weight: 1, arbitrary: fc.constantFrom(...seldom) });

const instant = usually(12, fc.constantFrom('2026-11-23T01:00:00.000Z', '2027-01-01T00:00:00Z', '2126-01-01T00:00:00Z', '0000-01-01T00:00:00Z', '9999-12-31T23:59:59.999Z', '1969-12-31T23:59:59.999+14:00'), '2026-02-30T00:00:00Z', 'soon', '');
const day = usually(12, fc.constantFrom('2026-11-23', '2027-01-01', '0001-01-01', '9999-12-31'), '2026-02-30', '2026-1-1', '');
const int = usually(25, fc.oneof(fc.constantFrom(0, 1, -1, 2, 5, 60, 100, 101, 1_000, 52_428_800, 52_428_801, 2_147_483_647, -2_147_483_648), fc.integer({ min: -3, max: 200 })), 2_147_483_648, 1.5, '1', true);

/** What kind of id a field means, so that most lead to something of that kind. */
const KINDS: [RegExp, string][] = [
  [/conversation/i, 'cnv'], [/agent|owner|follower|mention/i, 'agt'], [/customer|target|source/i, 'cus'], [/queue/i, 'que'], [/team/i, 'tem'], [/role/i, 'rol'],
  [/article/i, 'art'], [/version/i, 'arv'], [/attachment/i, 'att'], [/channel/i, 'chn'], [/message/i, 'msg'],
];

const json = fc.oneof(fc.constant({}), fc.dictionary(text, fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null)), { maxKeys: 4 }), fc.jsonValue({ maxDepth: 5 }));

/** Values for the arguments of the schema: mostly of their type, now and then slightly not. */
export class Inputs {
  readonly #ids: Arbitrary<unknown>;
  readonly #byKind: Map<string, Arbitrary<unknown>>;

  /** `ids`: what exists, of every kind; each may stand where another kind belongs. */
  constructor(ids: readonly string[]) {
    const kinds = new Set(ids.map((id) => id.split('_')[0]!));
    this.#byKind = new Map([...kinds].map((kind) => [kind, fc.constantFrom(...ids.filter((id) => id.startsWith(`${kind}_`) || id === kind))]));
    this.#ids = fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(...ids) }, { weight: 1, arbitrary: fc.constantFrom('cnv_01jd0000000000000000000000', 'cnv_', '_', 'agt_' + 'z'.repeat(26), 'cnv_01JD0000000000000000000000', 'x'.repeat(2_000)) },
      { weight: 1, arbitrary: text }, { weight: 1, arbitrary: fc.constantFrom<unknown>(0, -1, 2 ** 53) },
    );
  }

  of(type: GraphQLInputType, name = ''): Arbitrary<unknown> {
    if (isNonNullType(type)) return usually(100, this.of(type.ofType as GraphQLInputType, name), null);
    if (isListType(type)) {
      const one = this.of(type.ofType as GraphQLInputType, name);
      return fc.oneof({ weight: 25, arbitrary: fc.array(one, { maxLength: 3 }) }, { weight: 1, arbitrary: one.map((item) => Array.from({ length: 1_200 }, () => item)) });
    }
    if (isEnumType(type)) return usually(60, fc.constantFrom(...type.getValues().map((value) => value.name)), 'NO_SUCH', '', 1, 'null');
    if (isInputObjectType(type)) return this.object(type);
    return this.#scalar(type.name, name);
  }

  /** An input with its required fields, some of the others, and rarely one too few or too many. */
  object(type: GraphQLInputObjectType): Arbitrary<Record<string, unknown>> {
    const fields = Object.values(type.getFields());
    const requiredKeys = fields.filter((field) => isNonNullType(field.type)).map((field) => field.name);
    const whole = fc.record(Object.fromEntries(fields.map((field) => [field.name, this.of(field.type, field.name)])), { requiredKeys }) as Arbitrary<Record<string, unknown>>;
    return fc.oneof(
      { weight: 40, arbitrary: whole },
      { weight: 1, arbitrary: whole.map((input) => ({ ...input, noSuchField: 1 })) },
      { weight: 1, arbitrary: fc.tuple(whole, fc.nat()).map(([input, at]) => Object.fromEntries(Object.entries(input).filter((_one, index) => index !== at % Math.max(1, requiredKeys.length)))) },
    );
  }

  #scalar(type: string, name: string): Arbitrary<unknown> {
    switch (type) {
      case 'ID': return this.#id(name);
      case 'Int': return int;
      case 'Float': return fc.oneof(fc.double(), fc.constantFrom(0, -0, 1e308));
      case 'Boolean': return usually(60, fc.boolean(), 'true', 1);
      case 'DateTime': return instant;
      case 'Date': return day;
      case 'URL': return usually(12, fc.constantFrom('https://example.com/a', 'http://[::1]', 'javascript:alert(1)'), '//x', '');
      case 'JSON': return json;
      default: return /key$/i.test(name) && name !== 'key' ? fc.oneof({ weight: 8, arbitrary: fc.uuid() }, { weight: 1, arbitrary: text }) : fc.oneof({ weight: 2, arbitrary: fc.constantFrom('a good reason', 'Grey heron', 'harbour-lantern-42') }, { weight: 3, arbitrary: text });
    }
  }

  #id(name: string): Arbitrary<unknown> {
    if (name.startsWith('client')) return fc.oneof({ weight: 8, arbitrary: fc.uuid() }, { weight: 1, arbitrary: text });
    const fitting = this.#byKind.get(KINDS.find(([pattern]) => pattern.test(name))?.[1] ?? '');
    return fitting ? fc.oneof({ weight: 4, arbitrary: fitting }, { weight: 1, arbitrary: this.#ids }) : this.#ids;
  }
}
