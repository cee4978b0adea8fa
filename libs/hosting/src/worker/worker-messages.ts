import type pg from 'pg';
import type { LogLevel } from '#http';
import type { ReplayProgress } from '#postgres/src/replay.js';
import type { Streaming } from '../projecting.js';
import type { LogSettings } from '../settings/engine-settings.js';
import type { TraceSettings } from '../watching.js';
import type { NotPrinted, PrintOrder } from '#reports';

/** What application and worker say to each other, over the channel that forking opened. */

export type ToWorker =
  | {
      kind: 'begin';
      connection: pg.ClientConfig;
      log: LogSettings;
      /** Of the replica that reports are made from, where there is one. */
      replica?: pg.ClientConfig;
      /** All that a worker does, or, for a reporter, what is about reports: then it is one among several. */
      does: 'everything' | 'reporting';
      /** In the leases: the same after a restart, so that they need not run out first. */
      holder: string;
      /** Where the log is published, and whether projections follow that. */
      streaming: Streaming;
      /** The worker's own actor id. */
      actor: string;
      logLevel: LogLevel;
      /** Whether it is to count what it does. */
      counts: boolean;
      /** Where its traces go to. */
      traces: TraceSettings | undefined;
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
