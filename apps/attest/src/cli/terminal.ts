import { styleText } from 'node:util';

type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

/** How far long work is. On a terminal one line that is written over; elsewhere a line now and then. */
export interface Progress {
  at(done: number, total?: number): void;
  /** Ends the line; the sentence says what came of it. */
  end(sentence?: string): void;
}

/** Where the command line's words go: answers to stdout, all that is said beside them to stderr. */
export interface Terminal {
  /** A line of the answer. */
  say(line: string): void;
  /** A line beside the answer: what is going on, what went wrong. */
  note(line: string): void;
  /** The answer as one line of JSON. */
  json(value: unknown): void;
  /** Coloured where people look at it, plain elsewhere and under NO_COLOR. */
  paint(style: Style, text: string): string;
  table(heads: readonly string[], rows: readonly (readonly string[])[]): void;
  progress(label: string): Progress;
}

interface Output {
  write(text: string): unknown;
  isTTY?: boolean;
}

/** Milliseconds between two lines of progress: on a terminal, elsewhere. */
const QUICK = 100;
const SLOW = 10_000;

export function terminal(out: Output, beside: Output, clock: () => number = () => performance.now()): Terminal {
  const say = (line: string) => void out.write(`${line}\n`);
  const note = (line: string) => void beside.write(`${line}\n`);
  // Node's own styleText minds NO_COLOR, FORCE_COLOR and whether the stream is a terminal.
  const paint = (style: Style, text: string) =>
    out.isTTY ? styleText(style, text, { stream: out as NodeJS.WriteStream }) : text;
  return {
    say,
    note,
    json: (value) => say(JSON.stringify(value)),
    paint,
    table(heads, rows) {
      const widths = heads.map((head, column) =>
        Math.max(head.length, ...rows.map((row) => (row[column] ?? '').length)),
      );
      const line = (cells: readonly string[]) =>
        cells
          .map((cell, column) => (column === cells.length - 1 ? cell : cell.padEnd(widths[column]!)))
          .join('  ')
          .trimEnd();
      say(paint('bold', line(heads)));
      for (const row of rows) say(line(row));
    },
    progress: (label) => progress(label, beside, clock),
  };
}

function progress(label: string, beside: Output, clock: () => number): Progress {
  let last = -Infinity;
  let isOpen = false;
  return {
    at(done, total) {
      const now = clock();
      if (now - last < (beside.isTTY ? QUICK : SLOW) && done !== total) return;
      last = now;
      const share = total ? ` of ${count(total)} (${Math.floor((100 * done) / total)} %)` : '';
      const line = `${label}: ${count(done)}${share}`;
      beside.write(beside.isTTY ? `\r\u001b[K${line}` : `${line}\n`);
      isOpen = beside.isTTY === true;
    },
    end(sentence) {
      if (isOpen) beside.write('\r\u001b[K');
      isOpen = false;
      if (sentence) beside.write(`${sentence}\n`);
    },
  };
}

/** In UTC, to the second, as --as-of takes it: `2022-05-03T08:00:00Z`. */
export const clock = (instant: string): string => `${new Date(instant).toISOString().slice(0, 19)}Z`;

/** 1234567 as people read it: 1,234,567. */
export const count = (number: number): string => number.toLocaleString('en');
