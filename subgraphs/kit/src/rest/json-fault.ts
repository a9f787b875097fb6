/** Lists and objects inside each other; our own inputs have four levels. */
const NESTING_MAX = 32;
/** Half a character: a surrogate without its other half. */
const TORN = /\p{Surrogate}/u;

export interface JsonFault {
  kind: 'nested' | 'torn';
  /** Where, from outside in. */
  path: string[];
}

/**
 * What no value that came as JSON may be, whatever it is for: nested without end, so that whoever walks it runs out of stack,
 * or a text with half a character, which cannot be stored and read back as it was. Null: nothing of that.
 */
export function jsonFault(value: unknown, depth = 0): JsonFault | null {
  if (typeof value === 'string') return TORN.test(value) ? { kind: 'torn', path: [] } : null;
  if (typeof value !== 'object' || value === null) return null;
  if (depth > NESTING_MAX) return { kind: 'nested', path: [] };
  const at = (key: string | number, inner: unknown) => {
    const fault = jsonFault(inner, depth + 1);
    if (fault && (fault.kind === 'torn' || depth < 3)) fault.path.unshift(String(key));
    return fault;
  };
  // By index: naming the places of a long list takes longer than looking at them.
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) {
      const fault = at(index, value[index]);
      if (fault) return fault;
    }
    return null;
  }
  for (const [key, inner] of Object.entries(value)) {
    const fault = TORN.test(key) ? at(key, key) : at(key, inner);
    if (fault) return fault;
  }
  return null;
}
