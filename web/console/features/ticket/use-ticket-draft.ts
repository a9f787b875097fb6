import { reactive, watch } from 'vue';
import { keepOnDevice, readDevice, type Draft } from '../../../shared/state/drafts.ts';

type Form = Pick<Draft, 'text' | 'visibility' | 'attachments'>;

/** What is being written on one ticket: kept on the device with every key, given back when the ticket is opened again. */
export function useTicketDraft(agentId: string, ticketId: string) {
  const key = `careline.ticket-draft.${agentId}.${ticketId}`;
  const form = reactive<Form>({ text: '', visibility: 'PUBLIC', attachments: [], ...readDevice<Form>(key) });

  watch(() => [form.text, form.visibility, form.attachments.length], () => keepOnDevice(key, { ...form }), { flush: 'sync' });

  /** Takes it off screen and device; also when the composer is gone and watches no more. */
  function clear(): void {
    form.text = '';
    form.attachments = [];
    keepOnDevice(key, null);
  }

  return { form, clear };
}

export type TicketDraft = ReturnType<typeof useTicketDraft>;
