import { toPointer } from '#event-sourcing';

/** Where a text stops being JSON. Lines and columns count from 1; a column counts characters, not bytes. */
export interface JsonFault {
  line: number;
  column: number;
  offset: number;
  /** What would be right there: `a value`, `a comma or ]`. */
  expected: string;
}

const WHITE = /[ \t\n\r]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const SCALAR = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])/y;

/**
 * The first fault of a text that JSON.parse refused; undefined if there is none. Its own messages have a place only
 * sometimes, and quote the text.
 */
export function jsonFault(text: string): JsonFault | undefined {
  return new Scanner(text).run();
}

/**
 * The pointer of the first name that stands twice in one object of a text that JSON.parse took; undefined if none does.
 * JSON.parse keeps the last of them in silence. `value` is what it made of the text: as long as that has as many names
 * as the text, nothing was dropped, and no more is looked at.
 */
export function repeatedName(text: string, value: unknown): string | undefined {
  return colonsIn(text) === namesIn(value) ? undefined : new Scanner(text, true).repeated();
}

/** Outside of texts: one for each name. */
function colonsIn(text: string): number {
  let colons = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === COLON) colons += 1;
    if (code !== QUOTE) continue;
    for (at += 1; text.charCodeAt(at) !== QUOTE; at += 1) if (text.charCodeAt(at) === BACKSLASH) at += 1;
  }
  return colons;
}

const [COLON, QUOTE, BACKSLASH] = [0x3a, 0x22, 0x5c];

/** Without recursion, as above. */
function namesIn(value: unknown): number {
  let names = 0;
  const left = [value];
  while (left.length > 0) {
    const one = left.pop();
    if (typeof one !== 'object' || one === null) continue;
    const items: unknown[] = Object.values(one);
    if (!Array.isArray(one)) names += items.length;
    for (const item of items) if (typeof item === 'object' && item !== null) left.push(item);
  }
  return names;
}

/** An object or a list that has begun, and where in it we are. */
type Level = { kind: 'object'; names: Set<string>; at: string } | { kind: 'array'; at: number };

type Wanted = 'value' | 'key' | 'value-or-end' | 'key-or-end' | 'comma-or-end';

/** Without recursion: a body of brackets alone must not overflow the stack. */
class Scanner {
  #at = 0;
  #wanted: Wanted = 'value';
  readonly #open: Level[] = [];
  #repeated: string | undefined;

  /** Without `seeksRepeated` names are not looked at. */
  constructor(
    private readonly text: string,
    private readonly seeksRepeated = false,
  ) {}

  repeated(): string | undefined {
    this.run();
    return this.#repeated;
  }

  run(): JsonFault | undefined {
    while (this.#repeated === undefined) {
      this.#take(WHITE);
      if (this.#wanted === 'comma-or-end' && this.#open.length === 0) {
        return this.#at === this.text.length ? undefined : this.#fault('the end');
      }
      if (this.#wanted.endsWith('-or-end') && this.#close()) continue;
      const expected = this.#step();
      if (expected !== undefined) return this.#fault(expected);
    }
    return undefined;
  }

  /** Takes the next token; what was expected instead, if it is not there. */
  #step(): string | undefined {
    if (this.#wanted === 'comma-or-end') return this.#comma();
    return this.#wanted.startsWith('key') ? this.#key() : this.#value();
  }

  #comma(): string | undefined {
    const level = this.#open.at(-1);
    const isObject = level?.kind === 'object';
    if (!this.#next(',')) return isObject ? 'a comma or }' : 'a comma or ]';
    this.#wanted = isObject ? 'key' : 'value';
    if (level?.kind === 'array') level.at += 1;
    return undefined;
  }

  #key(): string | undefined {
    const start = this.#at;
    if (!this.#string()) return this.#wanted === 'key' ? 'a name in double quotes' : 'a name in double quotes or }';
    if (this.seeksRepeated) this.#note(JSON.parse(this.text.slice(start, this.#at)) as string);
    this.#take(WHITE);
    if (!this.#next(':')) return 'a colon';
    this.#wanted = 'value';
    return undefined;
  }

  #note(name: string): void {
    const level = this.#open.at(-1);
    if (level?.kind !== 'object') return;
    level.at = name;
    if (level.names.has(name)) this.#repeated = toPointer(this.#open.map(({ at }) => at));
    level.names.add(name);
  }

  #value(): string | undefined {
    if (this.#next('{')) return this.#begin('object');
    if (this.#next('[')) return this.#begin('array');
    if (!this.#string() && !this.#take(SCALAR)) {
      return this.text[this.#at] === '"' ? 'a text that ends, with \\ before special characters' : 'a value';
    }
    this.#wanted = 'comma-or-end';
    return undefined;
  }

  #begin(kind: 'object' | 'array'): undefined {
    this.#open.push(kind === 'object' ? { kind, names: new Set(), at: '' } : { kind, at: 0 });
    this.#wanted = kind === 'object' ? 'key-or-end' : 'value-or-end';
  }

  #close(): boolean {
    if (!this.#next(this.#open.at(-1)?.kind === 'object' ? '}' : ']')) return false;
    this.#open.pop();
    this.#wanted = 'comma-or-end';
    return true;
  }

  /** By hand: a pattern would keep a way back for every character, and a long text would exhaust its stack. */
  #string(): boolean {
    const start = this.#at;
    if (!this.#next('"')) return false;
    while (this.#at < this.text.length) {
      if (this.#next('"')) return true;
      const isEscape = this.text[this.#at] === '\\';
      if (isEscape ? !this.#take(ESCAPE) : this.text[this.#at]! < ' ') break;
      if (!isEscape) this.#at += 1;
    }
    this.#at = start;
    return false;
  }

  #take(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    if (!pattern.test(this.text)) return false;
    this.#at = pattern.lastIndex;
    return true;
  }

  #next(character: string): boolean {
    if (this.text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #fault(expected: string): JsonFault {
    const before = this.text.slice(0, this.#at);
    const line = before.split('\n').length;
    const column = [...before.slice(before.lastIndexOf('\n') + 1)].length + 1;
    return { line, column, offset: this.#at, expected };
  }
}
