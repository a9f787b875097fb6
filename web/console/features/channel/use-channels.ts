import { computed, ref, shallowRef } from 'vue';
import { ChannelsDocument, SaveChannelDocument, type ChannelKind, type ChannelPartsFragment, type FormFieldKind, type Locale, type SaveChannelInput } from '../../../gql/graphql.ts';
import { asApiError, type ApiError } from '../../../shared/graphql/errors.ts';
import { useCareline } from '../../../shared/state/careline.ts';

export type ChannelSettings = ChannelPartsFragment;

export interface Both {
  zh: string;
  en: string;
}

/** A field of the form being edited. `id` tells rows apart while they move. */
export interface FieldDraft {
  id: number;
  key: string;
  label: Both;
  kind: FormFieldKind;
  isRequired: boolean;
  lengthMax: number | null;
  choices: Array<Both & { value: string }>;
}

export interface ChannelDraft {
  name: string;
  key: string;
  kind: ChannelKind;
  isEnabled: boolean;
  locale: Locale;
  origins: string;
  accentColor: string;
  units: number;
  title: Both;
  greeting: Both;
  form: FieldDraft[];
}

export interface ChannelRefusal {
  field: readonly string[];
  message: string;
}

let lastId = 0;
const both = ({ zh, en }: Both): Both => ({ zh, en });

export const blankField = (): FieldDraft => ({ id: (lastId += 1), key: '', label: { zh: '', en: '' }, kind: 'TEXT', isRequired: false, lengthMax: null, choices: [] });

const BLANK: Omit<ChannelDraft, 'form' | 'title' | 'greeting'> = { name: '', key: '', kind: 'WEB', isEnabled: true, locale: 'ZH_CN', origins: '', accentColor: '#4152b8', units: 1 };

const draftOf = (channel: ChannelSettings): ChannelDraft => ({
  name: channel.name, key: channel.key ?? '', kind: channel.kind, isEnabled: channel.isEnabled, locale: channel.locale, origins: channel.origins.join('\n'),
  accentColor: channel.accentColor, units: channel.units, title: both(channel.title), greeting: both(channel.greeting),
  form: channel.form.map((field) => ({
    id: (lastId += 1), key: field.key, label: both(field.label), kind: field.kind, isRequired: field.isRequired, lengthMax: field.lengthMax ?? null,
    choices: field.choices.map(({ value, zh, en }) => ({ value, zh, en })),
  })),
});

function inputOf(draft: ChannelDraft, channel: ChannelSettings | null): SaveChannelInput {
  const { name, key, kind, isEnabled, locale, origins, accentColor, units, title, greeting, form } = draft;
  const common = { name, isEnabled, locale, origins: origins.split(/\s+/).filter(Boolean), accentColor, units };
  // A new channel begins with common words and a common form, which are edited once it is there.
  if (!channel) return { ...common, key, kind };
  return {
    ...common, channelId: channel.id, expectedVersion: channel.version, title, greeting,
    form: form.map(({ id: _id, ...field }) => ({ ...field, choices: field.kind === 'CHOICE' ? field.choices : [], lengthMax: field.kind === 'TEXT' || field.kind === 'PARAGRAPH' ? field.lengthMax : null })),
  };
}

/** The channels, and the one whose form is open; null: a new one. */
export function useChannels() {
  const { api } = useCareline();
  const channels = shallowRef<ChannelSettings[] | null>(null);
  const channel = shallowRef<ChannelSettings | null>(null);
  const draft = ref<ChannelDraft>({ ...BLANK, title: { zh: '', en: '' }, greeting: { zh: '', en: '' }, form: [] });
  const saved = ref('');
  const error = ref<ApiError | null>(null);
  const refusal = ref<ChannelRefusal | null>(null);
  /** The secret that was made just now; nobody can read it again. */
  const secret = ref<string | null>(null);
  const isBusy = ref(false);
  const isDirty = computed(() => saved.value !== '' && JSON.stringify(draft.value) !== saved.value);

  function open(one: ChannelSettings | null): void {
    if (channel.value?.id !== one?.id) secret.value = null;
    channel.value = one;
    draft.value = one ? draftOf(one) : { ...BLANK, title: { zh: '', en: '' }, greeting: { zh: '', en: '' }, form: [] };
    saved.value = JSON.stringify(draft.value);
    refusal.value = null;
  }

  async function load(): Promise<void> {
    error.value = null;
    try {
      channels.value = (await api.query(ChannelsDocument, {}, 'network-only')).channels?.nodes ?? [];
    } catch (cause) {
      error.value = asApiError(cause);
    }
  }

  async function send(input: SaveChannelInput): Promise<boolean> {
    if (isBusy.value) return false;
    isBusy.value = true;
    refusal.value = null;
    try {
      const { channel: kept, identitySecret, userErrors: [first] } = (await api.mutate(SaveChannelDocument, { input })).saveChannel;
      if (first) refusal.value = { field: first.field ?? [], message: first.message };
      if (first || !kept) return false;
      open(kept);
      secret.value = identitySecret ?? secret.value;
      await load();
      return true;
    } catch {
      refusal.value = { field: [], message: '' };
      return false;
    } finally {
      isBusy.value = false;
    }
  }

  const save = () => send(inputOf(draft.value, channel.value));
  const renewSecret = () => send({ channelId: channel.value!.id, isSecretRenewed: true, expectedVersion: channel.value!.version });

  return { channels, channel, draft, error, refusal, secret, isBusy, isDirty, open, load, save, renewSecret };
}
