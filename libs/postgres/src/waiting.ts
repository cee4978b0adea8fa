import type pg from 'pg';
import { ProjectionStopped, type ProjectionFault } from '#event-sourcing';

/** How far a projection is, for those who read it. */
export interface Standing {
  name: string;
  registers: string[];
  ordinal: number;
  position: bigint;
  fault: Pick<ProjectionFault, 'ordinal' | 'type'> | null;
}

/** Of each projection the generation that is read. Where there is none yet, nothing can be read: it passed nothing. */
export async function standings(pool: pg.Pool): Promise<Standing[]> {
  const { rows } = await pool.query<StoredStanding>(
    `select distinct on (name) name, registers, state, ordinal, position, fault
     from read.projections where state <> 'superseded' order by name, state = 'live' desc`,
  );
  return rows.map(({ name, registers, state, ordinal, position, fault }) => {
    const passed =
      state === 'live' ? { ordinal: Number(ordinal), position: BigInt(position) } : { ordinal: 0, position: -1n };
    return { name, registers, ...passed, fault };
  });
}

interface StoredStanding {
  name: string;
  registers: string[];
  state: string;
  ordinal: string;
  position: string;
  fault: Standing['fault'];
}

interface Waiter {
  position: bigint;
  registers: readonly string[] | undefined;
  until: number;
  resolve: (passed: boolean) => void;
  reject: (fault: unknown) => void;
}

/** All who wait share one short look at the checkpoints every few milliseconds, and there is none while nobody waits. */
export class Waiting {
  readonly #waiters = new Set<Waiter>();
  #isLooking = false;

  constructor(private readonly pool: pg.Pool) {}

  waitFor(position: bigint, wait: number, registers: readonly string[] | undefined): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#waiters.add({ position, registers, until: performance.now() + wait, resolve, reject });
      if (!this.#isLooking) void this.#look();
    });
  }

  async #look(): Promise<void> {
    this.#isLooking = true;
    while (this.#waiters.size > 0) {
      const waiters = [...this.#waiters];
      try {
        const projections = await standings(this.pool);
        for (const waiter of waiters) this.#tell(waiter, projections);
      } catch (fault) {
        for (const waiter of waiters) this.#answer(waiter, () => waiter.reject(fault));
      }
      if (this.#waiters.size > 0) await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
    }
    this.#isLooking = false;
  }

  #tell(waiter: Waiter, projections: readonly Standing[]): void {
    try {
      const answer = answerOf(waiter, projections);
      if (answer !== undefined) this.#answer(waiter, () => waiter.resolve(answer));
    } catch (fault) {
      this.#answer(waiter, () => waiter.reject(fault));
    }
  }

  #answer(waiter: Waiter, answer: () => void): void {
    this.#waiters.delete(waiter);
    answer();
  }
}

const LOOK_EVERY = 5;

/** Those that keep these registers; all of them without a name. */
export const keeping = (projections: readonly Standing[], registers: readonly string[] | undefined): Standing[] =>
  projections.filter((each) => !registers || each.registers.some((name) => registers.includes(name)));

/** Undefined: not yet. Throws ProjectionStopped: one that stopped before the position will not pass it while anybody waits. */
function answerOf({ position, registers, until }: Waiter, projections: readonly Standing[]): boolean | undefined {
  const asked = keeping(projections, registers);
  const behind = asked.filter((each) => each.position < position);
  const isKnown =
    asked.length > 0 && (!registers || registers.every((name) => asked.some((each) => each.registers.includes(name))));
  if (isKnown && behind.length === 0) return true;
  const stopped = behind.find(({ fault }) => fault);
  if (stopped) throw new ProjectionStopped(stopped.name, stopped.fault!);
  return performance.now() >= until ? false : undefined;
}
