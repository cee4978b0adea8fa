import type pg from 'pg';
import type { LogLevel } from '#http';
import type { ReplayProgress } from '#postgres/src/replay.js';
import type { NotPrinted, PrintOrder } from '#reports';

/** What application and worker say to each other, over the channel that forking opened. */

export type ToWorker =
  | {
      kind: 'begin';
      connection: pg.ClientConfig;
      /** In the lease of the projections: the same after a restart, so that it need not run out first. */
      holder: string;
      /** The worker's own actor id. */
      actor: string;
      logLevel: LogLevel;
      /** Whether it is to count what it does. */
      counts: boolean;
    }
  | { kind: 'print'; job: number; order: PrintOrder }
  | { kind: 'metrics' }
  /** One at a time. */
  | { kind: 'replay'; to: number }
  | { kind: 'stop' };

export type FromWorker =
  | { kind: 'ready' }
  | { kind: 'metrics'; text: string }
  | { kind: 'replaying'; progress: ReplayProgress }
  | { kind: 'not-replayed'; reason: string }
  | { kind: 'printed'; job: number; result: Buffer | NotPrinted }
  | { kind: 'not-printed'; job: number; reason: string };
