/** From what pushes to what pulls: in order, all that was put in before it closed, and then why it closed. */
export class Mailbox<T> {
  readonly #letters: T[] = [];
  #closed: { fault: Error | undefined } | undefined;
  #changed = Promise.withResolvers<void>();

  put(letter: T): void {
    this.#letters.push(letter);
    this.#change();
  }

  /** Resolves once fewer than so many wait, or it is closed. */
  async whenFewerThan(most: number): Promise<void> {
    while (this.#letters.length >= most && !this.#closed) await this.#changed.promise;
  }

  get isClosed(): boolean {
    return this.#closed !== undefined;
  }

  /** The first who closes it says why; no fault: it just ends. */
  close(fault?: Error): void {
    this.#closed ??= { fault };
    this.#change();
  }

  async *letters(): AsyncGenerator<T> {
    for (;;) {
      const letter = this.#letters.shift();
      if (letter !== undefined) {
        this.#change();
        yield letter;
      } else if (this.#closed) {
        if (this.#closed.fault) throw this.#closed.fault;
        return;
      } else await this.#changed.promise;
    }
  }

  #change(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}
