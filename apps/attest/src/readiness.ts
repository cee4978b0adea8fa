import { setTimeout as delay } from 'node:timers/promises';
import { Readiness } from '#http';
import { projectionStatus } from '#postgres/src/checkpoints.js';
import type { Backend } from './backend.js';
import type { WorkerProcess } from './worker-process.js';

/** Milliseconds after which a silent database counts as one that does not answer. */
const PATIENCE = 2_000;

/** Asks what the application stands on: the database, the worker, the projections. */
export class AttestReadiness extends Readiness {
  constructor(
    private readonly current: () => Backend,
    private readonly worker: WorkerProcess,
  ) {
    super();
  }

  override async reasons(): Promise<string[]> {
    const worker = this.worker.fault();
    const late = delay(PATIENCE, ['The database does not answer.'], { ref: false });
    const projections = this.#projections().catch(() => ['The database does not answer.']);
    return [...(worker ? [worker] : []), ...(await Promise.race([projections, late]))];
  }

  async #projections(): Promise<string[]> {
    const { pool } = this.current();
    const standings = await projectionStatus(pool);
    return standings.flatMap(({ name, fault }) =>
      fault
        ? [`${name} stopped before event ${fault.eventId} (number ${fault.ordinal}, ${fault.type}): ${fault.message}`]
        : [],
    );
  }
}
