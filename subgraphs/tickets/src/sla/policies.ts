import type { Queryable } from '@careline/kit/db';
import { appError, refuse } from '@careline/kit/errors';
import { parsePage, toConnection, type Connection, type PageArgs } from '@careline/kit/graphql';
import type { TicketsContext } from '../context.ts';
import { unifiedDiff, type UnifiedDiff } from './diff.rules.ts';
import { selectAllHours } from './hours.store.ts';
import { plainForm, requireOne, type DocumentInput } from './policy-form.rules.ts';
import { selectDocument, selectDocuments, selectVersion, selectVersions } from './policy.store.ts';
import { readPolicyYaml, writeYaml } from './policy-yaml.ts';
import type { Policy, PolicyDocument, PolicyNames, SlaSubject } from './policy.types.ts';
import type { DocumentRow, VersionRow } from './sla.tables.ts';

/** What policies may name at this moment. */
export async function policyNames(ctx: TicketsContext): Promise<PolicyNames> {
  const hours = await selectAllHours(ctx.db);
  const categories = await ctx.loaders.categories();
  const teams = await ctx.teamIds();
  const isAlways = ({ week, specialDays }: (typeof hours)[number]['content']) => Object.keys(specialDays).length === 0 && week.every((day) => day.length === 1 && day[0]!.from === 0 && day[0]!.to === 1440);
  return {
    hours: new Map(hours.map(({ key, content }) => [key, { isAlways: isAlways(content) }])),
    teams: teams && new Set(teams.keys()),
    categories: new Set(categories.flatMap(({ id, key }) => [id, key])),
  };
}

export interface CheckedDocument extends PolicyDocument {
  yaml: string;
}

/** Reads a document, as YAML or form, with every problem it has. The form is written as YAML first: both are one document. */
export async function checkDocument(ctx: TicketsContext, input: DocumentInput, field = 'input'): Promise<CheckedDocument> {
  requireOne(input, field);
  const yaml = input.yaml ?? writeYaml(input.policies!.map(plainForm));
  return { yaml, ...readPolicyYaml(yaml, await policyNames(ctx)) };
}

export async function readDocuments(ctx: TicketsContext, args: PageArgs): Promise<Connection<DocumentRow>> {
  const page = parsePage(args, ['name', 'id']);
  return toConnection(await selectDocuments(ctx.db, page), page, ({ name, id }) => ({ name, id }), null);
}

export async function readVersions(ctx: TicketsContext, documentId: string, args: PageArgs): Promise<Connection<VersionRow>> {
  const page = parsePage(args, ['number']);
  return toConnection(await selectVersions(ctx.db, documentId, page), page, ({ number }) => ({ number }), null);
}

/** A version that exists; throws NOT_FOUND otherwise. */
export async function requireVersion(q: Queryable, id: string): Promise<VersionRow> {
  const version = await selectVersion(q, id);
  if (!version) throw appError('NOT_FOUND');
  return version;
}

/** Where a version stands among those of its document. */
export async function versionState(ctx: TicketsContext, { id, documentId, activatedAt, plannedScope }: VersionRow): Promise<'DRAFT' | 'SCHEDULED' | 'ACTIVE' | 'RETIRED'> {
  if ((await selectDocument(ctx.db, documentId))?.activeVersionId === id) return 'ACTIVE';
  if (activatedAt === null) return 'DRAFT';
  return plannedScope !== null ? 'SCHEDULED' : 'RETIRED';
}

/** What differs between two versions, line by line. */
export async function diffVersions(ctx: TicketsContext, fromVersionId: string, toVersionId: string): Promise<UnifiedDiff> {
  const [from, to] = [await requireVersion(ctx.db, fromVersionId), await requireVersion(ctx.db, toVersionId)];
  if (from.documentId !== to.documentId) throw refuse('INVALID', 'toVersionId', { zh: '两个版本不属于同一份文档。', en: 'The versions belong to different documents.' });
  return unifiedDiff(from.yaml, to.yaml, `v${from.number}`, `v${to.number}`);
}

/** A policy with the version it stands in, for the API; null when it is not saved yet. */
export interface ShownPolicy extends Policy {
  subject: SlaSubject;
  place: number;
  versionId: string | null;
}

export const shown = (policies: readonly Policy[], versionId: string | null): ShownPolicy[] => policies.map((policy, place) => ({ ...policy, subject: policy.subject ?? 'TICKET', place, versionId }));
