import { useI18n } from 'vue-i18n';
import { useToasts } from './toasts.ts';

interface Answer {
  userErrors: Array<{ message: string }>;
}

/** How verbs of the console are asked for; every answer is handed to `onAnswer`. */
export function usePerform<Outcome extends Answer>(onAnswer: (outcome: Outcome) => void) {
  const { t } = useI18n();
  const toasts = useToasts();

  /** The first refusal in words, or null when it was done. */
  async function perform(ask: () => Promise<Outcome>): Promise<string | null> {
    try {
      const outcome = await ask();
      onAnswer(outcome);
      return outcome.userErrors[0]?.message ?? null;
    } catch {
      return t('conversation.verb.unreached');
    }
  }

  /** Shows a refusal as a toast; true when there was none. */
  async function tell(doing: Promise<string | null>): Promise<boolean> {
    const refusal = await doing;
    if (refusal) toasts.show(refusal);
    return refusal === null;
  }

  return { perform, tell };
}
