import type { LifeLine } from '../ticket/index.ts';

type Line = Pick<LifeLine, 'seq' | 'kind' | 'actorKind' | 'facts' | 'visibility'>;

/** The comments that have gone to other tickets and did not come back. */
export function movedSeqs(lines: readonly Line[]): Set<number> {
  const undone = new Set(lines.flatMap(({ facts }) => (facts?.linkKind === 'UNSPLIT' ? (facts.undoes as number[]) : [])));
  return new Set(lines.flatMap(({ seq, facts }) => (facts?.linkKind === 'SPLIT' && !undone.has(seq) ? (facts.seqs as number[]) : [])));
}

/** Which of these comments the customer still waits for an answer to: what was answered keeps its verdict. */
export function askedOf(lines: readonly Line[], seqs: readonly number[]): number[] {
  const isReply = ({ kind, visibility, actorKind }: Line) => kind === 'COMMENT' && visibility === 'PUBLIC' && (actorKind === 'AGENT' || actorKind === 'API');
  const answeredAt = lines.findLast(isReply)?.seq ?? 0;
  return lines.filter(({ seq, kind, visibility, actorKind }) => kind === 'COMMENT' && visibility === 'PUBLIC' && actorKind === 'CUSTOMER' && seq > answeredAt && seqs.includes(seq)).map(({ seq }) => seq);
}
