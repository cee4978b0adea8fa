import { bindings, posting, registers } from '#catalogue';
import { Recorder, type Command, type CommandClass, type Outcome } from '#event-sourcing';
import { unansweredIn } from '#indicators';
import { MemoryEventStore } from './memory-event-store.js';
import { MemoryLedger } from './memory-ledger.js';
import { MemoryReadModels } from './memory-read-models.js';

/** An id that says what it is: `idOf(7)`. */
export const idOf = (number: number): string => `018f3f5e-0000-7000-8000-${String(number).padStart(12, '0')}`;

export const projectId = idOf(1);
const actor = '0f9a1c1e-5b1f-4f0e-8c39-2f0d7a5c1a01';

/** The whole of Attest in memory: the real recorder and catalogue, projections that keep up when asked to. */
export class World {
  now = new Date('2023-05-02T08:00:00.000Z');
  readonly store = new MemoryEventStore(() => this.now);
  readonly ledger = new MemoryLedger(posting);
  readonly reads = new MemoryReadModels(
    this.store,
    // Facts before definitions, as the runner has them.
    [...registers].sort((a, b) => Number(b.name === posting.facts) - Number(a.name === posting.facts)),
    this.ledger.onChanges,
  );
  #salts = 0;
  readonly recorder = new Recorder(
    this.store,
    Buffer.alloc(32, 7),
    bindings(async (project, window) => {
      await this.catchUp();
      return unansweredIn(this.reads, this.ledger, project, window);
    }),
    () => this.now,
    (bytes) => {
      this.#salts += 1;
      return Buffer.alloc(bytes, this.#salts);
    },
  );

  constructor() {
    this.ledger.reads = this.reads;
  }

  /** Records a command as a manager, in the project unless it is another scope; throws what refuses it. */
  tell<C extends Command>(of: CommandClass<C>, fields: C, scope: string = projectId): Promise<Outcome> {
    const idempotencyKey = `${of.name} ${this.store.log.length} ${JSON.stringify(fields)}`;
    const envelope = { actor, roles: ['officer', 'manager'], scope, idempotencyKey, correlationId: idOf(0) };
    return this.recorder.record(Object.assign(new of(), fields), envelope);
  }

  /** Reads the log to its end; answers the last ordinal. */
  async catchUp(): Promise<number> {
    await this.reads.catchUp();
    return this.store.log.length;
  }
}
