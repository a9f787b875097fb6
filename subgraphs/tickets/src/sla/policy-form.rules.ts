import { refuse } from '@careline/kit/errors';
import type { SlaTarget, TicketState } from './clock.rules.ts';
import { YAML_KEY } from './policy.rules.ts';
import type { Priority, SlaSubject } from './policy.types.ts';

/** One policy as the form sends it; durations are texts, so that a mistake can be kept and shown. */
export interface PolicyForm {
  subject?: SlaSubject | null;
  priority: Priority;
  conditions?: { categories?: string[] | null; tags?: string[] | null; channels?: string[] | null } | null;
  firstResponse?: string | null;
  nextResponse?: string | null;
  periodicUpdate?: string | null;
  resolutionTime?: string | null;
  businessHours?: string | null;
  pauseStates?: TicketState[] | null;
  escalationRules?: { appliesTo?: SlaTarget | null; after: string; target: string }[] | null;
  warnings?: { before?: string | null; percentUsed?: number | null; target?: string | null }[] | null;
}

/** A document as it is sent: exactly one of the two. */
export interface DocumentInput {
  yaml?: string | null;
  policies?: PolicyForm[] | null;
}

/** Refuses INVALID unless exactly one of YAML and form is given. */
export function requireOne({ yaml, policies }: DocumentInput, field: string): void {
  if ((yaml == null) === (policies == null)) throw refuse('INVALID', field, { zh: '请在 yaml 与 policies 中只给出一个。', en: 'Give exactly one of yaml and policies.' });
}

/** The form as the plain object that YAML writes; what the form left open is left out. */
export function plainForm(form: PolicyForm): Record<string, unknown> {
  const filled = (entries: [string, unknown][]) => Object.fromEntries(entries.filter(([, value]) => value != null && value !== ''));
  const { categories, tags, channels } = form.conditions ?? {};
  const conditions = filled([['categories', categories?.length ? categories : null], ['tags', tags?.length ? tags : null], ['channels', channels?.length ? channels : null]]);
  return filled([
    ['for', form.subject === 'CONVERSATION' ? 'conversation' : null], ['priority', form.priority], ['conditions', Object.keys(conditions).length > 0 ? conditions : null],
    [YAML_KEY.FIRST_RESPONSE, form.firstResponse], [YAML_KEY.NEXT_RESPONSE, form.nextResponse],
    [YAML_KEY.PERIODIC_UPDATE, form.periodicUpdate], [YAML_KEY.RESOLUTION, form.resolutionTime],
    ['business_hours', form.businessHours === '7x24' ? null : form.businessHours],
    ['pause_states', form.pauseStates?.join() === 'PENDING,ON_HOLD' ? null : form.pauseStates],
    ['warnings', form.warnings?.length ? form.warnings.map(({ before, percentUsed, target }) => filled([['before', before], ['percent_used', percentUsed], ['target', target]])) : null],
    ['escalation_rules', form.escalationRules?.length ? form.escalationRules.map(({ after, target, appliesTo }) => filled([['after', after], ['target', target], ['applies_to', appliesTo ? YAML_KEY[appliesTo] : null]])) : null],
  ]);
}
