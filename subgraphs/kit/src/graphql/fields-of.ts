import { Kind, type GraphQLResolveInfo, type SelectionNode } from 'graphql';

/**
 * Names of the fields selected below the present one, nested ones as paths (`pageInfo.hasNextPage`).
 * Fields that a directive may leave out count as selected.
 */
export function fieldsOf(info: GraphQLResolveInfo): Set<string> {
  const found = new Set<string>();
  const walk = (selections: readonly SelectionNode[], prefix: string): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        const path = prefix + selection.name.value;
        found.add(path);
        walk(selection.selectionSet?.selections ?? [], `${path}.`);
      } else {
        const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? info.fragments[selection.name.value] : selection;
        walk(fragment?.selectionSet.selections ?? [], prefix);
      }
    }
  };
  for (const node of info.fieldNodes) walk(node.selectionSet?.selections ?? [], '');
  return found;
}
