/** A category and all above it, by id and key: what conditions of policies may name. */
export function withAncestors(categories: readonly { id: string; key: string; parentId: string | null }[], id: string): string[] {
  const found: string[] = [];
  for (let at: string | null = id; at !== null;) {
    const category = categories.find((one) => one.id === at);
    if (!category || found.includes(category.id)) break;
    found.push(category.id, category.key);
    at = category.parentId;
  }
  return found;
}
