/** Loads what is asked for in one turn of the event loop with one query; queries follow one another on one connection. */
export class Loader<Found> {
  /** A query that failed: whatever a fold made of that, it is not the event's fault. */
  fault: Error | undefined;
  #wanted = new Set<string>();
  #next: Promise<ReadonlyMap<string, Found>> | undefined;

  constructor(
    private readonly turn: { last: Promise<unknown> },
    private readonly query: (keys: string[]) => Promise<ReadonlyMap<string, Found>>,
  ) {}

  async load(key: string): Promise<Found | undefined> {
    this.#wanted.add(key);
    this.#next ??= this.turn.last.then(async () => {
      const keys = [...this.#wanted];
      this.#wanted = new Set();
      this.#next = undefined;
      return this.query(keys);
    });
    const found = this.#next;
    this.turn.last = found.catch((fault: Error) => (this.fault ??= fault));
    return (await found).get(key);
  }
}

/** Forgets what came in first; what is in use comes in again. */
export function forgetOldest(map: Map<unknown, unknown>, kept: number): void {
  for (const key of map.keys()) {
    if (map.size <= kept) return;
    map.delete(key);
  }
}
