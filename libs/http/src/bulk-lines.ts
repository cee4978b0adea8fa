/** One line of a body, or why it cannot be taken. `number` counts from 1, as an editor shows it. */
export type Line = { number: number } & ({ text: Buffer } | { fault: 'too-long' | 'too-many' });

export interface LineLimits {
  /** Bytes of a line, without its end. */
  longest: number;
  /** Lines. */
  most: number;
}

const NEWLINE = 10;
const WHITE = new Set([' ', '\t', '\r'].map((white) => white.charCodeAt(0)));

/**
 * The lines of a body as they arrive; blank ones are passed over. Of a line that is too long nothing is kept. One line
 * more than `most` is answered, and the rest is read over. Throws what reading throws: then the beginning of a line that
 * did not arrive as a whole is not among the lines.
 */
export async function* linesOf(body: AsyncIterable<Buffer>, limits: LineLimits): AsyncGenerator<Line> {
  const line = new GrowingLine(limits);
  let isOver = false;
  const taken = () => {
    const whole = line.take();
    isOver = whole !== undefined && 'fault' in whole && whole.fault === 'too-many';
    return whole ? [whole] : [];
  };
  for await (const chunk of body) {
    for (let from = 0; !isOver && from <= chunk.length;) {
      const end = chunk.indexOf(NEWLINE, from);
      line.add(chunk.subarray(from, end < 0 ? undefined : end));
      if (end < 0) break;
      yield* taken();
      from = end + 1;
    }
  }
  if (!isOver) yield* taken();
}

class GrowingLine {
  #number = 1;
  #parts: Buffer[] = [];
  #length = 0;

  constructor(private readonly limits: LineLimits) {}

  add(part: Buffer): void {
    this.#length += part.length;
    if (this.#length > this.limits.longest) this.#parts = [];
    else this.#parts.push(part);
  }

  /** The line as it has grown, undefined for a blank one; the next begins. */
  take(): Line | undefined {
    const number = this.#number;
    const text = Buffer.concat(this.#parts);
    const isTooLong = this.#length > this.limits.longest;
    this.#number += 1;
    this.#parts = [];
    this.#length = 0;
    if (!isTooLong && text.every((byte) => WHITE.has(byte))) return undefined;
    if (number > this.limits.most) return { number, fault: 'too-many' };
    return isTooLong ? { number, fault: 'too-long' } : { number, text };
  }
}
