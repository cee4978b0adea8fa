/** By key, the rows that stand after a batch so far and refer to it. */
export class StandingRefs {
  readonly #referring = new Map<string, Set<string>>();

  /** A row that referred to `before` refers to `after` now. */
  move(key: string, before: readonly string[] = [], after: readonly string[] = []): void {
    for (const ref of before) this.#referring.get(ref)?.delete(key);
    for (const ref of after) {
      const referring = this.#referring.get(ref);
      if (referring) referring.add(key);
      else this.#referring.set(ref, new Set([key]));
    }
  }

  to(ref: string): Iterable<string> {
    return this.#referring.get(ref) ?? [];
  }

  clear(): void {
    this.#referring.clear();
  }
}
