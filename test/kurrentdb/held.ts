export interface HeldBack {
  /** Resolves when one append is held, and so many more beside it. */
  reached(behind?: number): Promise<void>;
  release(): Promise<void>;
}

/** Appends that wait inside the server. Others pass: the engine does not serialise. */
export class Held {
  private readonly types = new Map<string, Holding>();

  holdBack(type: string): HeldBack {
    const holding = new Holding(() => this.types.delete(type));
    this.types.set(type, holding);
    return holding;
  }

  /** Runs an append now, or once its type is released. */
  pass(types: readonly string[], append: () => void): void {
    const holding = types.map((type) => this.types.get(type)).find((each) => each !== undefined);
    if (holding) holding.hold(append);
    else append();
  }

  /** What is held is lost, and nothing is held any more. */
  drop(): void {
    for (const holding of this.types.values()) holding.lose();
    this.types.clear();
  }
}

class Holding implements HeldBack {
  private readonly held: (() => void)[] = [];
  private waiting: { count: number; resolve: () => void }[] = [];

  constructor(private readonly released: () => void) {}

  hold(append: () => void): void {
    this.held.push(append);
    for (const { count, resolve } of this.waiting) if (this.held.length >= count) resolve();
    this.waiting = this.waiting.filter(({ count }) => this.held.length < count);
  }

  async reached(behind = 0): Promise<void> {
    if (this.held.length > behind) return;
    await new Promise<void>((resolve) => this.waiting.push({ count: behind + 1, resolve }));
  }

  lose(): void {
    this.held.length = 0;
  }

  async release(): Promise<void> {
    this.released();
    for (const append of this.held.splice(0)) append();
  }
}
