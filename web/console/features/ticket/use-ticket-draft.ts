import { reactive, watch } from 'vue';
import type { Visibility } from '../../../gql/graphql.ts';
import type { Attached } from '../../../shared/state/drafts.ts';

interface Words {
  text: string;
  visibility: Visibility;
}

/** What is being written on one ticket: kept on the device with every key, given back when the ticket is opened again. */
export function useTicketDraft(agentId: string, ticketId: string) {
  const key = `careline.ticket-draft.${agentId}.${ticketId}`;
  const form = reactive<Words & { attachments: Attached[] }>({ text: '', visibility: 'PUBLIC', ...read(), attachments: [] });

  function read(): Partial<Words> {
    try {
      return JSON.parse(localStorage.getItem(key) ?? '{}') as Partial<Words>;
    } catch {
      return {};
    }
  }

  watch(() => [form.text, form.visibility], () => {
    try {
      if (form.text) localStorage.setItem(key, JSON.stringify({ text: form.text, visibility: form.visibility }));
      else localStorage.removeItem(key);
    } catch { /* A full device keeps the words on screen. */ }
  }, { flush: 'sync' });

  return form;
}
