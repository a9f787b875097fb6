import { SECOND } from '@careline/kit/time';
import type { KnowledgeContext } from '../context.ts';
import { publishDue } from './publish-scheduled.ts';

/** Repeated work of this module; `system` makes the context it acts in. */
export function articleJobs(system: () => KnowledgeContext) {
  return [{ name: 'publish-scheduled-articles', everyMs: SECOND, run: () => publishDue(system()) }];
}
