import type { Words } from '@careline/kit/errors';
import { DAY } from '@careline/kit/time';
import { isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap } from 'yaml';
import { closest } from './closest.rules.ts';
import type { SlaTarget, TicketState } from './clock.rules.ts';
import { YAML_KEY } from './policy.rules.ts';
import type { Places } from './policy-yaml.ts';
import type { EscalationRule, Policy, PolicyConditions, PolicyNames, Priority, Problem, WarningRule } from './policy.types.ts';
import { parseSpan } from './span.rules.ts';

const TARGET_OF: Readonly<Record<string, SlaTarget>> = Object.fromEntries(Object.entries(YAML_KEY).map(([target, key]) => [key, target as SlaTarget]));
const KEYS = ['for', 'priority', 'conditions', ...Object.keys(TARGET_OF), 'business_hours', 'pause_states', 'warnings', 'escalation_rules'];
const SUBJECTS: readonly string[] = ['ticket', 'conversation'];
const CHANNELS: readonly string[] = ['WEB', 'APP'];
const PRIORITIES: readonly string[] = ['P0', 'P1', 'P2'];
const STATES: readonly string[] = ['NEW', 'OPEN', 'PENDING', 'ON_HOLD'];
const BUDGET_MAX = 365 * DAY;
const IS_ID = /^[a-z]{3}_[0-9a-z]{26}$/;

type Path = readonly (string | number)[];

/** Reads one policy of a document, collecting what is wrong with it and where. */
export class PolicyReader {
  readonly problems: Problem[] = [];
  readonly #index: string;
  readonly #places: Places;
  readonly #names: PolicyNames;

  constructor(index: string, places: Places, names: PolicyNames) {
    this.#index = index;
    this.#places = places;
    this.#names = names;
  }

  read(map: YAMLMap): Policy {
    const policy: Policy = { priority: 'P2', conditions: {}, budgets: {}, pauseStates: ['PENDING', 'ON_HOLD'], hoursKey: '7x24', escalations: [], warnings: [] };
    this.#eachKey(map, [], KEYS, (key, value, pair) => {
      const target = TARGET_OF[key];
      if (target) {
        const ms = this.#span(value, [key]);
        if (ms !== null) policy.budgets[target] = ms;
      } else if (key === 'for') {
        if (this.#oneOf(value, [key], SUBJECTS) === 'conversation') policy.subject = 'CONVERSATION';
      } else if (key === 'priority') policy.priority = (this.#oneOf(value, [key], PRIORITIES) as Priority | null) ?? policy.priority;
      else if (key === 'business_hours') policy.hoursKey = this.#oneOf(value, [key], [...this.#names.hours.keys()]) ?? policy.hoursKey;
      else if (key === 'pause_states') policy.pauseStates = this.#list(value, [key], (item, path) => this.#oneOf(item, path, STATES) as TicketState | null);
      else if (key === 'conditions') policy.conditions = this.#conditions(value, pair);
      else if (key === 'warnings') policy.warnings = this.#list(value, [key], (item, path) => this.#warning(item, path));
      else policy.escalations = this.#list(value, [key], (item, path) => this.#escalation(item, path));
    });
    if (!map.has('priority')) this.#say(map, ['priority'], { zh: '缺少 priority，请写 P0、P1 或 P2。', en: 'priority is missing: write P0, P1 or P2.' });
    return policy;
  }

  #say(node: Node | null | undefined, path: Path, words: Words, isWarning = false): void {
    this.problems.push({ ...this.#places.of(node), path: [this.#index, ...path.map(String)], words, isWarning });
  }

  #eachKey(map: YAMLMap, path: Path, keys: readonly string[], take: (key: string, value: Node | null, pair: Pair) => void): void {
    for (const pair of map.items) {
      const key = isScalar(pair.key) ? String(pair.key.value) : '';
      if (keys.includes(key)) {
        take(key, pair.value as Node | null, pair);
        continue;
      }
      const near = closest(key, keys);
      this.#say(pair.key as Node, [...path, key], near
        ? { zh: `没有“${key}”这个键，是不是想写 ${near}？`, en: `There is no key "${key}". Did you mean ${near}?` }
        : { zh: `没有“${key}”这个键，可以写：${keys.join('、')}。`, en: `There is no key "${key}". Known keys: ${keys.join(', ')}.` });
    }
  }

  #text(node: Node | null): string | null {
    return isScalar(node) && node.value !== null ? String(node.value) : null;
  }

  #span(node: Node | null, path: Path): number | null {
    const text = this.#text(node);
    const ms = text === null ? null : parseSpan(text);
    if (ms === null) this.#say(node, path, { zh: '时长请写成 15m、4h、1h30m 或 3d。', en: 'Write the duration like 15m, 4h, 1h30m or 3d.' });
    else if (ms === 0) this.#say(node, path, { zh: '时长必须大于 0。', en: 'The duration must be more than 0.' });
    else if (ms > BUDGET_MAX) this.#say(node, path, { zh: '时长最多 365d。', en: 'The duration is at most 365d.' });
    else return ms;
    return null;
  }

  #oneOf(node: Node | null, path: Path, values: readonly string[]): string | null {
    const text = this.#text(node);
    if (text !== null && values.includes(text)) return text;
    // Ids are taken and not offered: nobody would type them.
    const offered = values.filter((value) => !IS_ID.test(value));
    const near = text === null ? null : closest(text, offered);
    const none = text === null ? { zh: '', en: '' } : { zh: `没有“${text}”。`, en: `There is no "${text}". ` };
    this.#say(node, path, near
      ? { zh: `没有“${text}”，是不是想写 ${near}？`, en: `There is no "${text}". Did you mean ${near}?` }
      : { zh: `${none.zh}请写以下之一：${offered.join('、')}。`, en: `${none.en}Write one of: ${offered.join(', ')}.` });
    return null;
  }

  #list<Item>(node: Node | null, path: Path, read: (item: Node | null, path: Path) => Item | null): Item[] {
    if (!isSeq(node)) {
      this.#say(node, path, { zh: '这里应是列表，每项一行，以“- ”开头。', en: 'A list is expected here: one item a line, each begins with "- ".' });
      return [];
    }
    return node.items.flatMap((item, index) => {
      const found = read(item as Node | null, [...path, index]);
      return found === null ? [] : [found];
    });
  }

  #conditions(node: Node | null, pair: Pair): PolicyConditions {
    const conditions: PolicyConditions = {};
    if (!isMap(node)) {
      this.#say(node ?? (pair.key as Node), ['conditions'], { zh: '条件请写成键和列表，例如 categories: [PAYMENT]。', en: 'Write conditions as keys with lists, e.g. categories: [PAYMENT].' });
      return conditions;
    }
    this.#eachKey(node, ['conditions'], ['categories', 'tags', 'channels'], (key, value) => {
      const path = ['conditions', key];
      if (key === 'categories') conditions.categories = this.#list(value, path, (item, at) => this.#oneOf(item, at, [...this.#names.categories]));
      else if (key === 'channels') conditions.channels = this.#list(value, path, (item, at) => this.#oneOf(item, at, CHANNELS));
      else conditions.tags = this.#list(value, path, (item, at) => this.#tag(item, at));
    });
    return conditions;
  }

  #tag(node: Node | null, path: Path): string | null {
    const text = this.#text(node);
    if (text !== null && text.length > 0 && text.length <= 50) return text;
    this.#say(node, path, { zh: '标签是 1 到 50 个字符的文字。', en: 'A tag is a text of 1 to 50 characters.' });
    return null;
  }

  #team(node: Node | null, path: Path): string | null {
    const text = this.#text(node);
    const { teams } = this.#names;
    if (text === null || !/^[a-z0-9_]{1,64}$/.test(text)) {
      this.#say(node, path, { zh: '请写客服组的键，例如 supervisor_group。', en: 'Write the key of a team, e.g. supervisor_group.' });
      return null;
    }
    if (teams && !teams.has(text)) {
      const near = closest(text, [...teams]);
      this.#say(node, path, near ? { zh: `没有客服组 ${text}，是不是想写 ${near}？`, en: `There is no team ${text}. Did you mean ${near}?` } : { zh: `没有客服组 ${text}，请先创建或改用已有的组。`, en: `There is no team ${text}: create it or name another.` });
    }
    return text;
  }

  #escalation(node: Node | null, path: Path): EscalationRule | null {
    if (!isMap(node)) {
      this.#say(node, path, { zh: '升级规则请写 after 和 target，例如 after: 10m、target: supervisor_group。', en: 'An escalation rule has after and target, e.g. after: 10m and target: supervisor_group.' });
      return null;
    }
    const rule: Partial<EscalationRule> = { appliesTo: null };
    this.#eachKey(node, path, ['after', 'target', 'applies_to'], (key, value) => {
      const at = [...path, key];
      if (key === 'after') rule.afterMs = this.#span(value, at) ?? undefined;
      else if (key === 'target') rule.target = this.#team(value, at) ?? undefined;
      else rule.appliesTo = TARGET_OF[this.#oneOf(value, at, Object.keys(TARGET_OF)) ?? ''] ?? null;
    });
    for (const key of ['after', 'target']) if (!node.has(key)) this.#say(node, [...path, key], { zh: `升级规则缺少 ${key}。`, en: `The escalation rule lacks ${key}.` });
    return rule.afterMs !== undefined && rule.target !== undefined ? (rule as EscalationRule) : null;
  }

  #warning(node: Node | null, path: Path): WarningRule | null {
    const how = { zh: '预警请写 before（如 5m）或 percent_used（1 到 99）中的一个。', en: 'A warning has either before (e.g. 5m) or percent_used (1 to 99).' };
    if (!isMap(node) || node.has('before') === node.has('percent_used')) {
      this.#say(node, path, how);
      return null;
    }
    const rule: WarningRule = { beforeMs: null, percentUsed: null, target: null };
    this.#eachKey(node, path, ['before', 'percent_used', 'target'], (key, value) => {
      const at = [...path, key];
      if (key === 'before') rule.beforeMs = this.#span(value, at);
      else if (key === 'target') rule.target = this.#team(value, at);
      else {
        const share = isScalar(value) ? Number(value.value) : NaN;
        if (Number.isInteger(share) && share >= 1 && share <= 99) rule.percentUsed = share;
        else this.#say(value, at, { zh: 'percent_used 是 1 到 99 的整数。', en: 'percent_used is a whole number from 1 to 99.' });
      }
    });
    return rule.beforeMs !== null || rule.percentUsed !== null ? rule : null;
  }
}
