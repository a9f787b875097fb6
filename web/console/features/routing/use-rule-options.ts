import { computed, shallowRef } from 'vue';
import { useI18n } from 'vue-i18n';
import { BusinessHoursNamesDocument, RoutingOptionsDocument, type BusinessHoursNamesQuery, type RoutingField, type RoutingOptionsQuery } from '../../../gql/graphql.ts';
import { useCareline } from '../../../shared/state/careline.ts';

export interface Option {
  value: string;
  label: string;
}

/** What conditions of rules can name, in the language of the screen. */
export function useRuleOptions() {
  const { t, locale } = useI18n();
  const found = shallowRef<RoutingOptionsQuery | null>(null);
  const hours = shallowRef<NonNullable<BusinessHoursNamesQuery['businessHours']>['nodes']>([]);

  async function load(): Promise<void> {
    const { api } = useCareline();
    void api.query(BusinessHoursNamesDocument, {}).then(({ businessHours }) => { hours.value = businessHours?.nodes ?? []; }, () => undefined);
    found.value = await api.query(RoutingOptionsDocument, {}, 'network-only');
  }

  const queues = computed(() => found.value?.queues?.nodes ?? []);
  const channels = computed(() => found.value?.channels?.nodes ?? []);
  const say = (words: { zh: string; en: string }) => (locale.value === 'en' ? words.en : words.zh);

  const answers = computed<Option[]>(() => {
    const seen = new Map<string, string>();
    for (const field of channels.value.flatMap(({ form }) => form)) {
      const values = field.kind === 'CHECK' ? [{ value: 'true', label: t('routing.form.yes') }, { value: 'false', label: t('routing.form.no') }] : field.choices.map((choice) => ({ value: choice.value, label: say(choice) }));
      for (const { value, label } of values) seen.set(`${field.key}=${value}`, t('routing.form.pair', { name: say(field.label), value: label }));
    }
    return [...seen].map(([value, label]) => ({ value, label }));
  });

  /** The values a field offers; null: any words may be written. */
  function valuesOf(field: RoutingField): Option[] | null {
    if (field === 'CHANNEL') return [...['WEB', 'APP'].map((value) => ({ value, label: t(`routing.channel.${value}`) })), ...channels.value.map(({ id, name }) => ({ value: id, label: name }))];
    if (field === 'LOCALE') return [{ value: 'ZH_CN', label: '中文' }, { value: 'EN', label: 'English' }];
    if (field === 'FORM') return answers.value;
    if (field === 'HOURS') return hours.value.flatMap(({ key, name }) => (['open', 'closed'] as const).map((state) => ({ value: `${key}=${state}`, label: t(`routing.hours.${state}`, { name }) })));
    return null;
  }

  const labelOf = (field: RoutingField, value: string): string => valuesOf(field)?.find((option) => option.value === value)?.label ?? value;

  return { load, queues, hours, valuesOf, labelOf };
}

export type RuleOptions = ReturnType<typeof useRuleOptions>;
