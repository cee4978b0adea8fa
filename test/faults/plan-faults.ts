import type { Random } from './random.js';

/** `embedded`: the application on a data folder. `server`: a PostgreSQL of the operator's, through a proxy. */
export type SetUp = 'embedded' | 'server';

const processes = [
  'kill-application',
  'kill-worker',
  'kill-database',
  'kill-everything',
  'stop-database',
  'restart-database',
  'pause-application',
  'pause-worker',
  'pause-database',
] as const;
const connections = ['cut', 'refuse', 'delay', 'swallow'] as const;

export type FaultKind = (typeof processes)[number] | (typeof connections)[number];

export interface Fault {
  kind: FaultKind;
  /** So many commands have been answered. */
  after: number;
  /** How long it lasts: a pause, a delay; what was killed or stopped by us is started again after it. */
  ms: number;
}

/** At some moment everything dies at once; the rest is left to chance. */
export function planFaults(
  random: Random,
  setUp: SetUp,
  size: { clients: number; steps: number; faults: number },
): Fault[] {
  // Connections are what only this set-up has: so they come more often there.
  const kinds = setUp === 'embedded' ? processes : [...processes, ...connections, ...connections];
  const answers = size.clients * size.steps;
  return Array.from({ length: size.faults }, (_, n) => ({
    kind: n === 0 ? ('kill-everything' as const) : random.pick(kinds),
    after: random.between(1, Math.floor(answers * 0.9)),
    ms: random.between(50, 2_000),
  })).sort((a, b) => a.after - b.after);
}
