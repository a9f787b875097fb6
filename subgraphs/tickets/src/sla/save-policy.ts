import { recordAudit } from '@careline/kit/audit';
import { newId, type Tx } from '@careline/kit/db';
import { appError, refuse } from '@careline/kit/errors';
import type { TicketsContext } from '../context.ts';
import { checkDocument, type CheckedDocument } from './policies.ts';
import type { DocumentInput } from './policy-form.rules.ts';
import { insertDocument, insertVersion, lockDocument, newestVersion, nextVersionNumber } from './policy.store.ts';
import type { DocumentRow, VersionRow } from './sla.tables.ts';

export interface SaveSlaPolicy {
  documentId?: string | null;
  name?: string | null;
  content: DocumentInput;
  baseVersion?: number | null;
}

/**
 * Keeps a document as a new draft version, whatever is wrong with it; what is in force does not change.
 * Of two who began with one version the second is refused STALE_VERSION. Saving what is there already makes no version.
 */
export async function saveSlaPolicy(ctx: TicketsContext, input: SaveSlaPolicy): Promise<{ document: DocumentRow; version: VersionRow }> {
  ctx.viewer.requireAll('sla:write');
  const checked = await checkDocument(ctx, input.content, 'content');
  return ctx.db.transaction(async (tx) => {
    const document = input.documentId ? await lockDocument(tx, input.documentId) : await newDocument(tx, input.name);
    if (!document) throw appError('NOT_FOUND');
    const newest = await newestVersion(tx, document.id);
    if (newest && input.baseVersion != null && newest.number !== input.baseVersion) {
      throw refuse('STALE_VERSION', 'baseVersion', { zh: `已有更新的版本 v${newest.number}，请对比后再保存。`, en: `There is a newer version, v${newest.number}. Compare and save again.` }, { document, version: newest });
    }
    if (newest && newest.yaml === checked.yaml) return { document, version: newest };
    const version = await storeVersion(ctx, tx, document.id, checked);
    await recordAudit(tx, ctx, { verb: 'sla:write', subjectId: document.id, before: newest && { number: newest.number, yaml: newest.yaml }, after: { number: version.number, yaml: version.yaml } });
    return { document, version };
  });
}

async function newDocument(tx: Tx, givenName: string | null | undefined): Promise<DocumentRow> {
  const name = givenName?.trim() ?? '';
  if (!name) throw refuse('REQUIRED', 'name', { zh: '请填写名称。', en: 'Give it a name.' });
  if ([...name].length > 60) throw refuse('TOO_LONG', 'name', { zh: '名称最多 60 个字符。', en: 'A name has at most 60 characters.' });
  const document: DocumentRow = { id: newId('slp'), name, activeVersionId: null };
  await insertDocument(tx, document);
  return document;
}

async function storeVersion(ctx: TicketsContext, tx: Tx, documentId: string, { yaml, policies }: CheckedDocument): Promise<VersionRow> {
  const { kind, id, agentId } = ctx.viewer.identity!;
  const version: VersionRow = {
    id: newId('slv'), documentId, number: await nextVersionNumber(tx, documentId), yaml, policies, savedAt: ctx.clock.now(),
    authorKind: kind, authorId: kind === 'AGENT' ? agentId : id, activatedAt: null, plannedScope: null,
  };
  await insertVersion(tx, version);
  return version;
}
