import { useI18n } from 'vue-i18n';
import { useDirectory } from '../../../shared/state/directory.ts';
import type { AutomationVerb } from '../../../gql/graphql.ts';
import { CONDITIONS, FLAGS, UNITS, draftOf, type ConditionName, type RuleContent } from './rule-draft.ts';

/** Rules as sentences of the agent's language. */
export function useRuleWords() {
  const { t, te } = useI18n();
  const directory = useDirectory();

  const named = (prefix: string, value: string) => (te(`${prefix}.${value}`) ? t(`${prefix}.${value}`) : value);

  /** One value of a condition or step as people know it. */
  function valueName(of: ConditionName | AutomationVerb, value: string): string {
    switch (of) {
      case 'states': case 'SET_STATE': return named('ticket.state', value);
      case 'priorities': case 'SET_PRIORITY': return `${value} ${named('common.priority', value)}`;
      case 'categoryIds': return directory.categories.find(({ id }) => id === value)?.name ?? value;
      case 'teamIds': case 'ASSIGN_TEAM': case 'NOTIFY_TEAM': return directory.teamName(value);
      case 'agentIds': case 'ASSIGN_AGENT': return directory.agentName(value) || value;
      case 'clockStates': return named('sla.state', value);
      case 'clockTarget': return named('sla.target', value);
      default: return value;
    }
  }

  function spanName(afterSeconds: number): string {
    const [unit, size] = [...UNITS].reverse().find(([, one]) => afterSeconds % one === 0) ?? UNITS[0];
    return t(`rule.span.${unit}`, { count: Math.round(afterSeconds / size) });
  }

  function when({ trigger, since, afterSeconds }: RuleContent): string {
    return trigger === 'TIME_SINCE' ? t(`rule.whenTime.${since ?? 'UPDATED'}`, { span: spanName(afterSeconds ?? 0) }) : t(`rule.when.${trigger}`);
  }

  function conditionWords(name: ConditionName, values: readonly string[]): string {
    return FLAGS.has(name) ? t(`rule.holds.${name}`) : t(`rule.holds.${name}`, { values: values.map((value) => valueName(name, value)).join(t('rule.sentence.or')) });
  }

  const stepWords = ({ verb, value }: { verb: AutomationVerb; value: string }) => t(`rule.does.${verb}`, { value: valueName(verb, value) || t('rule.sentence.blank') });

  /** The whole rule in one sentence. */
  function sentence(content: RuleContent): string {
    const { conditions } = draftOf('', content);
    const asked = conditions.map(({ name, values }) => conditionWords(name, values)).join(t('rule.sentence.and'));
    const steps = content.steps.map(stepWords).join(t('rule.sentence.then'));
    return asked ? t('rule.sentence.asked', { when: when(content), asked, steps }) : t('rule.sentence.always', { when: when(content), steps });
  }

  return { sentence, stepWords, valueName, conditionNames: CONDITIONS };
}
