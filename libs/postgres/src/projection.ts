import type pg from 'pg';
import type { AnyPosting, AnyRegister, OrderedEvent, ProjectionFault } from '#event-sourcing';
import type { Checkpoint } from './checkpoints.js';
import { LedgerFold } from './ledger-fold.js';
import { LEDGER, LedgerTable } from './ledger-table.js';
import { EventFault } from './event-fault.js';
import { RegisterFold } from './register-fold.js';
import { RegisterTable, type Schema } from './register-table.js';

/** What one projection is made of: the registers that have one checkpoint, and the ledger they feed. */
export interface Plan {
  name: string;
  /** Of all its folds: another one is filled beside. */
  version: string;
  registers: readonly AnyRegister[];
  postings: readonly AnyPosting[];
}

/** A register each, except for those that feed the ledger: they and the ledger are one projection, so that they agree. */
export function plansOf(registers: readonly AnyRegister[], postings: readonly AnyPosting[]): Plan[] {
  const names = new Set(registers.map(({ name }) => name));
  if (names.size < registers.length) throw new Error('two registers have one name');
  const facts = new Set(postings.map((posting) => posting.facts));
  const feeding = new Set(postings.flatMap((posting) => [posting.facts, posting.definitions]));
  for (const name of feeding) if (!names.has(name)) throw new Error(`the ledger needs the register ${name}`);
  if (facts.size < postings.length) throw new Error('two postings take the facts of one register');
  const plans = registers
    .filter(({ name }) => !feeding.has(name))
    .map((register): Plan => ({
      name: register.name,
      version: String(register.version),
      registers: [register],
      postings: [],
    }));
  if (postings.length === 0) return plans;
  // Facts before definitions: a definition counts for what comes after it.
  const fed = registers
    .filter(({ name }) => feeding.has(name))
    .sort((a, b) => Number(facts.has(b.name)) - Number(facts.has(a.name)));
  const versions = [
    ...fed.map(({ name, version }) => `${name} ${version}`),
    ...postings.map((posting) => `posting of ${posting.facts} ${posting.version}`),
  ].sort();
  return [...plans, { name: LEDGER, version: versions.join(', '), registers: fed, postings }];
}

/** One generation of a projection: folds batches in memory, then writes rows and entries in the caller's transaction. */
export class Projection {
  readonly folds: readonly RegisterFold[];
  readonly ledger: LedgerFold | undefined;
  /** Where it stands once what was folded is written. */
  next: Checkpoint;
  /** It refused an event, or its fill did, since this program leads: it is tried again by the next lead. */
  isStopped = false;
  /** It is filled beside those that follow the log, until it comes near. */
  isFar = false;
  /** Whether it has the indexes for reading. While rows are filled in it has not; while they are made it stands still. */
  indexes: 'missing' | 'being made' | 'there';

  constructor(
    readonly plan: Plan,
    public checkpoint: Checkpoint,
    schema: Schema = 'read',
  ) {
    const { generation, own } = checkpoint;
    this.next = checkpoint;
    this.indexes = checkpoint.state === 'live' ? 'there' : 'missing';
    this.folds = plan.registers.map((register) => {
      return new RegisterFold(new RegisterTable(register, generation, schema), own[register.name] ?? []);
    });
    this.ledger =
      plan.postings.length > 0 ? new LedgerFold(new LedgerTable(generation, schema), plan.postings) : undefined;
  }

  get ordinal(): number {
    return this.checkpoint.ordinal;
  }

  async create(client: pg.ClientBase): Promise<void> {
    for (const { table } of this.folds) await table.create(client);
    await this.ledger?.table.create(client);
  }

  /** The indexes that readers need. */
  async finish(client: pg.ClientBase): Promise<void> {
    for (const { table } of this.folds) await table.finish(client);
    await this.ledger?.table.finish(client);
  }

  async publish(client: pg.ClientBase): Promise<void> {
    for (const { table } of this.folds) await table.publish(client);
    await this.ledger?.table.publish(client);
  }

  async drop(client: pg.ClientBase): Promise<void> {
    for (const { table } of this.folds) await table.drop(client);
    await this.ledger?.table.drop(client);
  }

  /**
   * Folds what follows its checkpoint, up to the first event that a fold refuses: `next` then names it. Throws what the
   * database throws; nothing is folded then, after `end(false)`.
   */
  async fold(client: pg.ClientBase, batch: readonly OrderedEvent[], now: () => Date): Promise<void> {
    const events = batch.filter(({ ordinal }) => ordinal > this.ordinal);
    const last = events.at(-1);
    if (!last) return;
    for (const fold of this.folds) await fold.begin(client, events);
    let passed: { ordinal: number; position: bigint } = last;
    let fault: ProjectionFault | null = null;
    for (const [index, event] of events.entries()) {
      if (!this.folds.some((fold) => fold.reads(event))) continue;
      try {
        await this.#apply(event);
      } catch (thrown) {
        if (!(thrown instanceof EventFault)) throw thrown;
        fault = faultOf(event, thrown, now());
        passed = events[index - 1] ?? this.checkpoint;
        break;
      }
    }
    const own = Object.fromEntries(this.folds.map((fold) => [fold.register.name, [...fold.own].sort()]));
    this.next = { ...this.checkpoint, ordinal: passed.ordinal, position: passed.position, own, fault };
  }

  async #apply(event: OrderedEvent): Promise<void> {
    try {
      for (const fold of this.folds) {
        if (!fold.reads(event)) continue;
        const made = fold.apply(event);
        const changes = made instanceof Promise ? await made : made;
        if (changes.length > 0) this.ledger?.apply(event, fold.register.name, changes);
      }
    } catch (fault) {
      for (const fold of this.folds) fold.drop();
      this.ledger?.drop();
      throw fault;
    }
    for (const fold of this.folds) fold.keep(event);
    this.ledger?.keep();
  }

  async write(client: pg.ClientBase): Promise<void> {
    for (const fold of this.folds) await fold.write(client);
    await this.ledger?.write(client);
  }

  /** What was written is committed, or all of it is forgotten. */
  end(committed: boolean): void {
    if (committed) this.checkpoint = this.next;
    this.isStopped = committed && this.checkpoint.fault !== null;
    this.next = this.checkpoint;
    for (const fold of this.folds) fold.end(committed);
    this.ledger?.end(committed);
  }
}

export function faultOf(
  event: Pick<OrderedEvent, 'id' | 'ordinal' | 'type'>,
  fault: unknown,
  at: Date,
): ProjectionFault {
  const message = fault instanceof Error ? fault.message : String(fault);
  return { eventId: event.id, ordinal: event.ordinal, type: event.type, message, at: at.toISOString() };
}
