/**
 * The latest moment that was seen since another: a clock that steps back takes nothing back, and one that ran ahead for a
 * while counts only for what was there by then. Moments in milliseconds.
 */
export class SeenTime {
  #mark = 0;
  /** Each later than all after it; one alone while clocks go forward. */
  readonly #peaks: { mark: number; at: number }[] = [];

  /** Answers where this is in the order of what was seen. */
  see(at: number): number {
    this.#mark += 1;
    while ((this.#peaks.at(-1)?.at ?? Infinity) <= at) this.#peaks.pop();
    this.#peaks.push({ mark: this.#mark, at });
    return this.#mark;
  }

  /** The latest that was seen after the mark; -Infinity where nothing was. */
  since(mark: number): number {
    return this.#peaks.find((peak) => peak.mark > mark)?.at ?? -Infinity;
  }
}
