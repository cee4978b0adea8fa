import { statfs } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { ProjectionStanding, Projections } from '#event-sourcing';
import { Readiness, type Health } from '#http';
import {
  checkDisk,
  checkGuards,
  checkProjections,
  checkPublishing,
  isFull,
  type Disk,
  type Finding,
} from './finding.js';
import type { Projecting } from './projecting.js';
import type { WorkerProcess } from './worker/worker-process.js';

/** Milliseconds after which what is silent counts as not answering. */
const PATIENCE = 2_000;

export interface Foundations {
  projections: Pick<Projections, 'status' | 'brokenGuards'>;
  /** Where there is one. */
  worker?: Pick<WorkerProcess, 'fault'>;
  disks?: readonly Pick<Disk, 'of' | 'path'>[];
  /** What else it asks, by its name with an article: each answers, or it is not ready. */
  others?: Readonly<Record<string, () => Promise<unknown>>>;
  /** How publishing stands, where this process may publish. */
  published?: Projecting['published'];
}

/**
 * Asks what the application stands on. Not ready is what keeps it from recording or from answering at all: no database,
 * no worker, a full disk. A register that stopped, or is late, or a Kafka that is away, is a warning: everything else goes
 * on, and would not if no request came in any more.
 */
export class AttestReadiness extends Readiness {
  constructor(
    private readonly on: Foundations,
    private readonly patience = PATIENCE,
  ) {
    super();
  }

  override async look(mayTellData: boolean): Promise<Health> {
    const { projections, worker, disks = [], others = {}, published } = this.on;
    const [standings, guards, silent, ...room] = await Promise.all([
      this.#inTime<ProjectionStanding[] | string>(projections.status().catch(wordsOf)),
      this.#inTime(projections.brokenGuards()),
      Promise.all(Object.entries(others).map(([name, ask]) => this.#silence(name, ask))),
      ...disks.map(({ path }) => this.#inTime(statfs(path))),
    ]);
    const reasons: string[] = [];
    const findings: Finding[] = Array.isArray(standings) ? checkProjections(standings, mayTellData) : [];
    findings.push(...checkPublishing(published?.()));
    if (guards) findings.push(checkGuards(guards, mayTellData));
    if (standings === undefined) reasons.push('The database does not answer.');
    else if (typeof standings === 'string') reasons.push(`The database does not answer: ${standings}.`);
    reasons.push(...silent.filter((one) => one !== undefined));
    const fault = worker?.fault();
    if (fault) reasons.push(fault);
    for (const [index, { of, path }] of disks.entries()) {
      const found = room[index];
      if (!found) reasons.push(`The disk of ${of} (${path}) does not answer.`);
      else {
        const disk = { of, path, free: found.bavail * found.bsize };
        if (isFull(disk)) reasons.push(`The disk is full: ${checkDisk(disk).says}`);
        else findings.push(checkDisk(disk));
      }
    }
    return { reasons, warnings: findings.filter(({ level }) => level !== 'well').map(({ says }) => says) };
  }

  async #silence(name: string, ask: () => Promise<unknown>): Promise<string | undefined> {
    const words = await this.#inTime(ask().then(() => true, wordsOf));
    if (words === true) return undefined;
    return `${name} does not answer${words === undefined ? '' : `: ${words}`}.`;
  }

  /** Undefined where it fails, or takes too long. */
  #inTime<T>(work: Promise<T>): Promise<T | undefined> {
    return Promise.race([work, delay(this.patience, undefined, { ref: false })]).catch(() => undefined);
  }
}

/** The server's own words, or the driver's: for those with a token. */
const wordsOf = (fault: unknown): string => (fault instanceof Error && fault.message) || 'it says nothing';
