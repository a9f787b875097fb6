import { readFileSync } from 'node:fs';
import { buildASTSchema, parse, visit } from 'graphql';

const KEPT = new Set(['deprecated', 'specifiedBy']);
const isMachinery = (name) => /^(join|link|federation)__/.test(name) || name === '_Any' || name === '_FieldSet';

/** The schema as clients see it: the committed supergraph without join machinery and without what is marked inaccessible. */
export function publicSchema() {
  const supergraph = parse(readFileSync(new URL('../schema/supergraph.graphql', import.meta.url), 'utf8'), { noLocation: true });
  const isHidden = (node) => node.directives?.some((directive) => directive.name.value === 'inaccessible') ?? false;
  const document = visit(supergraph, {
    enter(node) {
      if (node.kind === 'DirectiveDefinition') return null;
      if (node.kind === 'Directive') return KEPT.has(node.name.value) ? undefined : null;
      if (node.kind.endsWith('Definition') && (isHidden(node) || (node.name && isMachinery(node.name.value)))) return null;
      return undefined;
    },
  });
  return buildASTSchema(document, { assumeValidSDL: true });
}
