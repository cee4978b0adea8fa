/** The one text a JSON value has: RFC 8785 (JCS). Hashes and body tags are taken over it. */

/**
 * Deepest nesting taken. Without a limit a body of brackets alone overflows the stack, and a cycle never ends; nothing
 * that people record comes near it.
 */
export const MAX_DEPTH = 128;

/** What canonical JSON cannot say, and where (JSON Pointer, RFC 6901). */
export class NotCanonical extends TypeError {
  pointer = '';

  constructor(private readonly reason: string) {
    super(`${reason}, at the top`);
  }

  /** Called on the way up: the pointer costs nothing as long as nothing is wrong. */
  within(key: string | number): this {
    this.pointer = `/${escapeSegment(String(key))}${this.pointer}`;
    this.message = `${this.reason}, at ${this.pointer}`;
    return this;
  }
}

/**
 * RFC 8785 text of a value: keys in order of their UTF-16 code units, numbers as ECMAScript writes them, no white
 * space. Properties that are undefined are left out. Throws NotCanonical for what JSON cannot hold or would change in
 * silence (undefined in an array, NaN, infinities, bigint, functions, dates, maps, buffers), for lone surrogates (clause
 * 3.2.2.2) and for nesting deeper than MAX_DEPTH.
 */
export function canonical(value: unknown): string {
  return write(value, 0);
}

function write(value: unknown, depth: number): string {
  switch (typeof value) {
    case 'string':
      return writeString(value);
    case 'number':
      if (!Number.isFinite(value)) throw new NotCanonical(`${value} is no JSON number`);
      return value === 0 ? '0' : String(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      if (value === null) return 'null';
      if (depth === MAX_DEPTH) throw new NotCanonical(`nested deeper than ${MAX_DEPTH} levels`);
      return Array.isArray(value) ? writeArray(value, depth + 1) : writeObject(value, depth + 1);
    default:
      throw new NotCanonical(`${typeof value} is no JSON value`);
  }
}

/** JSON.stringify escapes a string exactly as clause 3.2.2.2 wants, except that it lets lone surrogates pass. */
function writeString(text: string): string {
  if (!text.isWellFormed()) throw new NotCanonical('a lone surrogate is no Unicode text');
  return JSON.stringify(text);
}

function writeArray(items: readonly unknown[], depth: number): string {
  let text = '[';
  for (let index = 0; index < items.length; index++) {
    try {
      if (index > 0) text += ',';
      text += write(items[index], depth);
    } catch (fault) {
      throw fault instanceof NotCanonical ? fault.within(index) : fault;
    }
  }
  return text + ']';
}

function writeObject(value: object, depth: number): string {
  if (!isRecord(value)) throw new NotCanonical(`${Object.prototype.toString.call(value)} is no JSON object`);
  let text = '{';
  // The default order of sort() is by UTF-16 code units, as clause 3.2.3 wants; localeCompare would not be.
  for (const key of Object.keys(value).sort()) {
    const item = value[key];
    if (item === undefined) continue;
    try {
      if (text.length > 1) text += ',';
      text += writeString(key) + ':' + write(item, depth);
    } catch (fault) {
      throw fault instanceof NotCanonical ? fault.within(key) : fault;
    }
  }
  return text + '}';
}

/** Plain objects and instances of classes, not Date, Map, Buffer and the like, whose contents are not in their keys. */
function isRecord(value: object): value is Record<string, unknown> {
  if (Object.getPrototypeOf(value) === Object.prototype) return true;
  return Object.prototype.toString.call(value) === '[object Object]' && !('toJSON' in value);
}

// ── Text that no store takes ──

/** Where the fault is (JSON Pointer; of a key: the object that has it, so that the pointer itself is clean text). */
export interface BadText {
  pointer: string;
  fault: 'nul' | 'lone-surrogate' | 'too-deep';
}

/**
 * The first string or key that may not be stored: U+0000 (PostgreSQL's text cannot hold it) and lone surrogates (not
 * Unicode; UTF-8 would replace them in silence). Also says where a value is nested deeper than MAX_DEPTH.
 */
export function findBadText(value: unknown): BadText | undefined {
  return findIn(value, 0);
}

function findIn(value: unknown, depth: number): BadText | undefined {
  if (typeof value === 'string') return faultOf(value);
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth === MAX_DEPTH) return { pointer: '', fault: 'too-deep' };
  const isArray = Array.isArray(value);
  for (const [key, item] of Object.entries(value)) {
    const badKey = isArray ? undefined : faultOf(key);
    if (badKey) return badKey;
    const bad = findIn(item, depth + 1);
    if (bad) return { pointer: `/${escapeSegment(key)}${bad.pointer}`, fault: bad.fault };
  }
  return undefined;
}

function faultOf(text: string): BadText | undefined {
  if (text.includes('\0')) return { pointer: '', fault: 'nul' };
  return text.isWellFormed() ? undefined : { pointer: '', fault: 'lone-surrogate' };
}

// ── JSON Pointer, RFC 6901 ──

/** `['a/b', 0]` to `/a~1b/0`; no segments: '' (the whole). */
export function toPointer(segments: readonly (string | number)[]): string {
  return segments.map((segment) => `/${escapeSegment(String(segment))}`).join('');
}

function escapeSegment(segment: string): string {
  return segment.replaceAll('~', '~0').replaceAll('/', '~1');
}

function parsePointer(pointer: string): string[] {
  if (pointer === '') return [];
  // `~` stands only in `~0` and `~1` (clause 3).
  if (!pointer.startsWith('/') || /~(?![01])/.test(pointer)) throw new TypeError(`${pointer} is no JSON Pointer`);
  return pointer
    .slice(1)
    .split('/')
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The value at a pointer, undefined where there is none. Own properties only: nothing of a prototype is reached. */
export function getAt(value: unknown, pointer: string): unknown {
  let at = value;
  for (const segment of parsePointer(pointer)) {
    if (!has(at, segment)) return undefined;
    at = at[segment];
  }
  return at;
}

/** `length` is an own property of an array, and `01` no index (clause 4): neither is an item. */
function has(value: unknown, segment: string): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value) && !/^(0|[1-9]\d*)$/.test(segment)) return false;
  return Object.hasOwn(value, segment);
}
