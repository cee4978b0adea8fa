// Documents are the same in memory as read back, or a replay in large batches would differ from one in small ones.

/**
 * What jsonb would give back: no undefined, keys in its order (by length, then by bytes), nothing but JSON. Frozen: a fold
 * that changed a row in place would rewrite history. TypeError for a bigint.
 */
export function asStored(document: object): object {
  return stored(document) as object;
}

function stored(value: unknown): unknown {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      // + 0 makes 0 of -0.
      return Number.isFinite(value) ? value + 0 : null;
    case 'object':
      if (value === null) return null;
      if ('toJSON' in value) return stored(JSON.parse(JSON.stringify(value)));
      return Object.freeze(Array.isArray(value) ? value.map((item) => stored(item) ?? null) : storedObject(value));
    case 'bigint':
      throw new TypeError('a bigint is no JSON');
    default:
      return undefined;
  }
}

function storedObject(value: object): object {
  const sorted: Record<string, unknown> = {};
  const keys = Object.keys(value);
  for (const key of isInOrder(keys) ? keys : inOrderOfJsonb(keys)) {
    const item = stored((value as Record<string, unknown>)[key]);
    if (item === undefined) continue;
    if (key === '__proto__') Object.defineProperty(sorted, key, { value: item, enumerable: true });
    else sorted[key] = item;
  }
  return sorted;
}

/** Documents have few shapes, and sorting by bytes is slow: each shape is sorted once. */
const orders = new Map<string, readonly string[]>();

/** Of names in ASCII only, where length and order are those of the bytes: what was stored once is in order. */
function isInOrder(keys: readonly string[]): boolean {
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index]!;
    if (!PLAIN.test(key)) return false;
    const before = keys[index - 1];
    if (before === undefined) continue;
    if (before.length > key.length || (before.length === key.length && before > key)) return false;
  }
  return true;
}

const PLAIN = /^[\w-]+$/;

function inOrderOfJsonb(keys: readonly string[]): readonly string[] {
  const shape = JSON.stringify(keys);
  let sorted = orders.get(shape);
  if (!sorted) {
    if (orders.size > 1_000) orders.clear();
    sorted = keys
      .map((key) => ({ key, bytes: Buffer.from(key) }))
      .sort((a, b) => a.bytes.length - b.bytes.length || Buffer.compare(a.bytes, b.bytes))
      .map(({ key }) => key);
    orders.set(shape, sorted);
  }
  return sorted;
}
