import { useIntervalFn } from '@vueuse/core';
import { computed, ref } from 'vue';
import { AddAlertRecipientDocument, AlertRecipientsDocument, RemoveAlertRecipientDocument, TestAlertRecipientDocument, type AddAlertRecipientMutation, type AlertRecipientKind, type RecipientPartsFragment } from '../../../gql/graphql.ts';
import { asApiError, type ApiError } from '../../../shared/graphql/errors.ts';
import { useCareline } from '../../../shared/state/careline.ts';

export type Recipient = RecipientPartsFragment;

const LOOK_EVERY_MS = 2_000;

/** Who is told of warnings, and changing that. While a message is on its way the list is read again. */
export function useRecipients() {
  const { api } = useCareline();
  const recipients = ref<Recipient[] | null>(null);
  const error = ref<ApiError | null>(null);
  const isWaiting = computed(() => recipients.value?.some(({ lastDelivery }) => lastDelivery?.state === 'PENDING') ?? false);
  useIntervalFn(() => { if (isWaiting.value) void load(); }, LOOK_EVERY_MS);

  async function load(): Promise<void> {
    try {
      recipients.value = (await api.query(AlertRecipientsDocument, {})).alertRecipients ?? [];
      error.value = null;
    } catch (cause) {
      error.value = asApiError(cause);
    }
  }

  function put(recipient: Recipient): void {
    const others = recipients.value ?? [];
    recipients.value = others.some(({ id }) => id === recipient.id) ? others.map((one) => (one.id === recipient.id ? recipient : one)) : [...others, recipient];
  }

  async function add(kind: AlertRecipientKind, address: string, secret: string | null, idempotencyKey: string): Promise<AddAlertRecipientMutation['addAlertRecipient']> {
    const { addAlertRecipient } = await api.mutate(AddAlertRecipientDocument, { input: { kind, address, secret, idempotencyKey } });
    if (addAlertRecipient.recipient) put(addAlertRecipient.recipient);
    return addAlertRecipient;
  }

  /** The refusal in words, or null. */
  async function test({ id }: Recipient): Promise<string | null> {
    const { testAlertRecipient } = await api.mutate(TestAlertRecipientDocument, { input: { recipientId: id } });
    if (testAlertRecipient.recipient) put(testAlertRecipient.recipient);
    return testAlertRecipient.userErrors[0]?.message ?? null;
  }

  /** The refusal in words, or null. One that is gone already is gone. */
  async function remove({ id }: Recipient): Promise<string | null> {
    const { removeAlertRecipient } = await api.mutate(RemoveAlertRecipientDocument, { input: { recipientId: id } });
    const [refusal] = removeAlertRecipient.userErrors;
    if (refusal && refusal.code !== 'NOT_FOUND') return refusal.message;
    recipients.value = recipients.value?.filter((one) => one.id !== id) ?? null;
    return null;
  }

  return { recipients, error, load, add, test, remove };
}
