import { useDebounceFn } from '@vueuse/core';
import { computed, ref, shallowRef, watch } from 'vue';
import {
  ActivateSlaPolicyDocument, SaveSlaPolicyDocument, SlaPolicyCheckDocument, SlaPolicyDocumentDocument,
  type ActivationScope, type PolicyVersionPartsFragment, type SlaPolicyCheckQuery, type SlaPolicyDocumentQuery,
} from '../../../gql/graphql.ts';
import { ApiError, asApiError } from '../../../shared/graphql/errors.ts';
import { useCareline } from '../../../shared/state/careline.ts';
import { useConnection } from '../../../shared/state/connection.ts';

export type PolicyVersion = PolicyVersionPartsFragment;
export type PolicyDocument = NonNullable<SlaPolicyDocumentQuery['slaPolicyDocument']>;
type Check = NonNullable<SlaPolicyCheckQuery['slaPolicyCheck']>;
export type Problem = Check['problems'][number];

/** What came of asking a verb: done, refused with a sentence, or crossed by a newer version. */
export type Outcome = { kind: 'done' } | { kind: 'refused'; message: string; code: string } | { kind: 'stale'; newest: PolicyVersion } | { kind: 'unreached' };

const CHECK_MS = 300;
/** A document that nobody saved yet. */
export const NEW = 'new';
const BEGUN = 'priority: P0\nfirst_response: 15m\nresolution_time: 4h\nescalation_rules:\n  - after: 10m\n    target: supervisor_group\n';

/** One policy document being written: its text, what is wrong with it, and the version it stands on. */
export function usePolicy(id: () => string | null) {
  const document = shallowRef<PolicyDocument | null>(null);
  /** The version that holds the text as it was last loaded or saved. */
  const version = shallowRef<PolicyVersion | null>(null);
  const text = ref('');
  const savedText = ref('');
  const check = shallowRef<Check | null>(null);
  const checkedText = ref<string | null>(null);
  const isCheckLost = ref(false);
  const error = ref<ApiError | null>(null);
  let documentId: string | null = null;
  let base: number | null = null;
  let turn = 0;

  const isDirty = computed(() => text.value !== savedText.value);
  const isChecked = computed(() => checkedText.value === text.value);
  const problems = computed(() => check.value?.problems ?? []);
  /** Null while nobody has said yet. */
  const isValid = computed(() => (isChecked.value ? (check.value?.isValid ?? null) : null));

  function stand(on: PolicyVersion): void {
    version.value = on;
    text.value = on.yaml;
    savedText.value = on.yaml;
  }

  async function read(documentId: string): Promise<PolicyDocument> {
    const found = (await useCareline().api.query(SlaPolicyDocumentDocument, { id: documentId })).slaPolicyDocument;
    if (!found) throw new ApiError('NOT_FOUND', '');
    return found;
  }

  /** Shows the document: the newest draft, else what is in force. */
  async function load(): Promise<void> {
    const wanted = id();
    const mine = ++turn;
    error.value = null;
    document.value = null;
    version.value = null;
    documentId = null;
    base = null;
    text.value = '';
    savedText.value = '';
    check.value = null;
    checkedText.value = null;
    if (wanted === null) return;
    if (wanted === NEW) {
      text.value = BEGUN;
      void askSoon();
      return;
    }
    try {
      const found = await read(wanted);
      if (mine !== turn) return;
      take(found);
      const newest = found.versions?.nodes[0] ?? null;
      base = newest?.number ?? null;
      stand(newest?.state === 'DRAFT' || !found.activeVersion ? newest! : found.activeVersion);
    } catch (cause) {
      if (mine === turn) error.value = asApiError(cause);
    }
  }

  function take(found: PolicyDocument): void {
    document.value = found;
    documentId = found.id;
  }

  /** Reads the document again after a verb. The text stays, and stands where it stood: a version that came meanwhile was not seen. */
  async function refresh(): Promise<void> {
    const mine = turn;
    const found = documentId && (await read(documentId).catch(() => null));
    if (!found || mine !== turn) return;
    take(found);
    const same = [found.activeVersion, ...(found.versions?.nodes ?? [])].find((one) => one?.id === version.value?.id);
    if (same) version.value = same;
  }

  /** Keeps the text as a new draft. `over` is the version that the person has seen and means to stand above. */
  async function save(name: string | null, over: number | null = base): Promise<Outcome> {
    const sent = text.value;
    const input = { documentId, name, content: { yaml: sent }, baseVersion: over };
    const answer = await useCareline().api.mutate(SaveSlaPolicyDocument, { input }).catch(() => null);
    if (!answer) return { kind: 'unreached' };
    const { document: kept, version: stored, userErrors: [refusal] } = answer.saveSlaPolicy;
    if (refusal?.code === 'STALE_VERSION' && stored) return { kind: 'stale', newest: stored };
    if (refusal || !stored || !kept) return { kind: 'refused', message: refusal?.message ?? '', code: refusal?.code ?? 'INTERNAL' };
    version.value = stored;
    savedText.value = sent;
    base = stored.number;
    documentId = kept.id;
    await refresh();
    return { kind: 'done' };
  }

  /** Puts a version in force. */
  async function activate(input: { versionId: string; scope: ActivationScope; dryRunId: string | null; idempotencyKey: string }): Promise<Outcome & { retargetedCount?: number }> {
    const answer = await useCareline().api.mutate(ActivateSlaPolicyDocument, { input }).catch(() => null);
    if (!answer) return { kind: 'unreached' };
    const { version: active, retargetedCount, userErrors: [refusal] } = answer.activateSlaPolicy;
    if (refusal || !active) return { kind: 'refused', message: refusal?.message ?? '', code: refusal?.code ?? 'INTERNAL' };
    if (!isDirty.value) stand(active);
    await refresh();
    return { kind: 'done', retargetedCount: retargetedCount ?? 0 };
  }

  async function ask(): Promise<void> {
    const asked = text.value;
    const answer = await useCareline().api.query(SlaPolicyCheckDocument, { input: { yaml: asked } }).catch(() => null);
    if (asked !== text.value) return;
    isCheckLost.value = !answer?.slaPolicyCheck;
    if (!answer?.slaPolicyCheck) return;
    check.value = answer.slaPolicyCheck;
    checkedText.value = asked;
  }

  const askSoon = useDebounceFn(ask, CHECK_MS);
  watch(text, () => { if (text.value || documentId) void askSoon(); });
  useConnection().onReconnect(() => { if (isCheckLost.value) void ask(); });
  watch(id, (wanted) => { if (wanted !== documentId) void load(); }, { immediate: true });

  /** Whether a new document still holds what every new one begins with. */
  const isUntouched = () => documentId === null && text.value === BEGUN;

  return { documentId: () => documentId, isUntouched, document, version, text, savedText, problems, isDirty, isChecked, isValid, isCheckLost, error, load, refresh, stand, save, activate, ask };
}
