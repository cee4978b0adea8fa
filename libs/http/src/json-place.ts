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

type Wanted = 'value' | 'key' | 'value-or-end' | 'key-or-end' | 'comma-or-end';

/** Without recursion: a body of brackets alone must not overflow the stack. */
class Scanner {
  #at = 0;
  #wanted: Wanted = 'value';
  readonly #open: ('object' | 'array')[] = [];

  constructor(private readonly text: string) {}

  run(): JsonFault | undefined {
    for (;;) {
      this.#take(WHITE);
      if (this.#wanted === 'comma-or-end' && this.#open.length === 0) {
        return this.#at === this.text.length ? undefined : this.#fault('the end');
      }
      if (this.#wanted.endsWith('-or-end') && this.#close()) continue;
      const expected = this.#step();
      if (expected !== undefined) return this.#fault(expected);
    }
  }

  /** Takes the next token; what was expected instead, if it is not there. */
  #step(): string | undefined {
    if (this.#wanted === 'comma-or-end') return this.#comma();
    return this.#wanted.startsWith('key') ? this.#key() : this.#value();
  }

  #comma(): string | undefined {
    const isObject = this.#open.at(-1) === 'object';
    if (!this.#next(',')) return isObject ? 'a comma or }' : 'a comma or ]';
    this.#wanted = isObject ? 'key' : 'value';
    return undefined;
  }

  #key(): string | undefined {
    if (!this.#string()) return this.#wanted === 'key' ? 'a name in double quotes' : 'a name in double quotes or }';
    this.#take(WHITE);
    if (!this.#next(':')) return 'a colon';
    this.#wanted = 'value';
    return undefined;
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
    this.#open.push(kind);
    this.#wanted = kind === 'object' ? 'key-or-end' : 'value-or-end';
  }

  #close(): boolean {
    if (!this.#next(this.#open.at(-1) === 'object' ? '}' : ']')) return false;
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
