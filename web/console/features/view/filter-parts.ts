/** Conditions that hold or don't. */
const FLAGS = ['isUnassigned', 'isAtRisk', 'isUnread'] as const;
/** Every condition that we have words for, in the order they are told in. */
const NAMES = [
  'states', 'priorities', 'isUnread', 'isAtRisk', 'isUnassigned', 'agentIds', 'teamIds', 'queueIds', 'categoryIds', 'channelKinds', 'customerId', 'tags', 'clockStates', 'clockTarget', 'dueAfter', 'dueBefore', 'clockEndedAfter',
  'createdAfter', 'createdBefore', 'startedAfter', 'startedBefore', 'ids',
] as const;
export type PartName = (typeof NAMES)[number];

export interface FilterPart {
  /** `other`: what a newer server asks for. */
  name: PartName | 'other';
  /** Empty for what holds or doesn't. */
  values: string[];
}

const isName = (name: string): name is PartName => (NAMES as readonly string[]).includes(name);
const isFlag = (name: string): boolean => (FLAGS as readonly string[]).includes(name);
const textsOf = (value: unknown): string[] => (Array.isArray(value) ? value : [value]).map(String);

/** The conditions of a stored filter one by one; what asks for nothing is none of them. */
export function filterParts(filter: unknown): FilterPart[] {
  const asked = Object.entries((filter ?? {}) as Record<string, unknown>).filter(([, value]) => value != null && value !== false && !(Array.isArray(value) && value.length === 0));
  const known = NAMES.flatMap((name) => asked.filter(([one]) => one === name).map(([, value]): FilterPart => ({ name, values: isFlag(name) ? [] : textsOf(value) })));
  return asked.some(([name]) => !isName(name)) ? [...known, { name: 'other', values: [] }] : known;
}
