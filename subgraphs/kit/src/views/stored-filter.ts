/** A filter as it is kept and shown: without what asks for nothing, the instants named spelled as the API does. */
export function storedFilter(filter: object, instants: readonly string[]): Record<string, unknown> {
  const asked = Object.entries(filter).filter(([, value]) => value != null && value !== false && !(Array.isArray(value) && value.length === 0));
  return Object.fromEntries(asked.map(([name, value]) => [name, instants.includes(name) ? new Date(value as number).toISOString() : value]));
}

/** The conditions of a kept filter, its instants in milliseconds again. */
export function readInstants(stored: Record<string, unknown>, instants: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(stored).map(([name, value]) => [name, instants.includes(name) ? Date.parse(String(value)) : value]));
}
