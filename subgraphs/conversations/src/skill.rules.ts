import { refuse } from '@careline/kit/errors';
import { numberWithin, textWithin } from './input.rules.ts';

/** A skill with a level from 1 (knows) to 5 (expert): what an agent has, or the least that is asked for. */
export interface Skill {
  name: string;
  level: number;
}

export const LEVEL_MAX = 5;

/** Skills as they are kept: trimmed, each name once with its last level. Refuses more than `max`, and names and levels out of bounds. */
export function skillsWithin(given: readonly Skill[], field: string | string[], max: number): Skill[] {
  if (given.length > max) throw refuse('TOO_MANY', field, { zh: `最多 ${max} 项技能。`, en: `At most ${max} skills.` });
  const byName = new Map(given.map((skill) => {
    const name = textWithin(skill.name, field, 1, 40);
    return [name, { name, level: numberWithin(skill.level, field, 1, LEVEL_MAX) }];
  }));
  return [...byName.values()];
}

/** The level of each skill asked for, in their order; 0 for one that is not there. */
export function levelsOf(needs: readonly Skill[], skills: readonly Skill[]): number[] {
  return needs.map(({ name }) => skills.find((skill) => skill.name === name)?.level ?? 0);
}

/** The skills asked for whose level is not reached. */
export function missingSkills(needs: readonly Skill[], levels: readonly number[]): Skill[] {
  return needs.filter(({ level }, at) => (levels[at] ?? 0) < level);
}
