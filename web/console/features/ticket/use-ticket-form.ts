import { computed, reactive, ref, watch } from 'vue';
import { useI18n } from 'vue-i18n';
import { CreateTicketsDocument, type Priority, type TicketInput } from '../../../gql/graphql.ts';
import { useCareline } from '../../../shared/state/careline.ts';
import { useDirectory } from '../../../shared/state/directory.ts';
import { keepOnDevice, readDevice, type Attached } from '../../../shared/state/drafts.ts';
import { formOf, valuesFor, type FieldValues } from '../../../shared/state/form.ts';
import { useSession } from '../../../shared/state/session.ts';

/** A customer as the lookup found it. */
export interface NamedCustomer {
  id: string;
  displayName: string;
}

export interface NewTicketForm {
  customer: NamedCustomer | null;
  category: string;
  priority: Priority;
  subject: string;
  description: string;
  attachments: Attached[];
  fields: FieldValues;
}

interface Kept extends NewTicketForm {
  /** When it was written down last, in ms. */
  keptAt: number;
  /** What was sent, and under which key: sent again unchanged, after a reload too, it makes no second ticket. */
  tried: { key: string; content: string } | null;
}

const FIELDS = ['customer', 'category', 'priority', 'subject', 'description', 'attachments', 'fields'] as const;

/** What is being written about a new ticket: kept on the device with every key until the ticket is made. */
export function useTicketForm(conversationId: string | null, first: Partial<NewTicketForm>) {
  const { t } = useI18n();
  const session = useSession();
  const place = `careline.new-ticket.${session.me!.id}.${conversationId ?? 'any'}`;
  const kept = readDevice<Kept>(place);
  const form = reactive<NewTicketForm>({ customer: null, category: '', priority: 'P2', subject: '', description: '', attachments: [], fields: {}, ...first, ...pick(kept) });
  const keptAt = ref<number | null>(kept?.keptAt ?? null);
  const isChecked = ref(false);
  const isBusy = ref(false);
  const refused = ref<Array<{ field: string; message: string }>>([]);
  let tried = kept?.tried ?? null;
  let isDone = false;

  function pick(from: Kept | null): Partial<NewTicketForm> {
    return from ? Object.fromEntries(FIELDS.filter((field) => from[field] !== undefined).map((field) => [field, from[field]])) : {};
  }

  function keep(): void {
    if (isDone) return;
    keptAt.value = Date.now();
    keepOnDevice(place, { ...form, keptAt: keptAt.value, tried } satisfies Kept);
  }
  watch(form, keep, { deep: true, flush: 'sync' });

  /** Takes it off the device, and with it what was written. */
  function forget(): void {
    isDone = true;
    keepOnDevice(place, null);
  }

  /** The form of the chosen category. */
  const custom = computed(() => formOf(useDirectory().categories.find(({ id }) => id === form.category)));
  const missing = computed(() => ({ customer: !form.customer && !conversationId, category: !form.category, subject: !form.subject.trim() }));
  /** What is wrong with a field, once somebody tried to create the ticket. */
  function problemOf(field: string): string | null {
    if (isChecked.value && missing.value[field as keyof typeof missing.value]) return t(`ticket.create.${field}Missing`);
    return refused.value.find((error) => error.field === field)?.message ?? null;
  }
  const general = computed(() => refused.value.find((error) => !FIELDS.some((field) => field === error.field) && !custom.value.some(({ key }) => error.field === `fields.${key}`))?.message ?? null);

  /** Makes the ticket; null when something is missing, refused or out of reach, which then stands at its field. */
  async function create(): Promise<{ id: string; number: string } | null> {
    isChecked.value = true;
    refused.value = [];
    if (isBusy.value || Object.values(missing.value).some(Boolean)) return null;
    const ticket: TicketInput = {
      category: form.category, priority: form.priority, subject: form.subject.trim(), description: form.description.trim() || null,
      attachmentIds: form.attachments.map((file) => file.attachmentId), fields: valuesFor(custom.value, form.fields), ...(conversationId ? { conversationId } : { customerId: form.customer!.id }),
    };
    const content = JSON.stringify(ticket);
    if (tried?.content !== content) tried = { key: crypto.randomUUID(), content };
    keep();
    isBusy.value = true;
    const answer = await useCareline().api.mutate(CreateTicketsDocument, { input: { tickets: [ticket], idempotencyKey: tried.key } }).catch(() => null);
    isBusy.value = false;
    const result = answer?.createTickets.results?.[0];
    if (result?.ticket) {
      forget();
      return result.ticket;
    }
    refused.value = answer
      ? [...answer.createTickets.userErrors, ...(result?.userErrors ?? [])].map(({ field, message }) => ({ field: field?.at(-2) === 'fields' ? `fields.${field.at(-1)!}` : fieldOf(field?.at(-1)), message }))
      : [{ field: '', message: t('ticket.create.unreached') }];
    return null;
  }

  return { form, custom, keptAt, isBusy, problemOf, general, create, forget };
}

/** The field of the form that a refused input field belongs to. */
function fieldOf(name: string | undefined): string {
  if (name === 'customerId' || name === 'conversationId') return 'customer';
  return name === 'attachmentIds' ? 'attachments' : name ?? '';
}
