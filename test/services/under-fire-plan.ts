import { ClientPlan, type Shared, type Step } from '../faults/plan-commands.js';
import type { FaultKind } from '../faults/plan-faults.js';
import type { Work } from '../faults/round.js';
import { Random } from '../faults/random.js';

const onServices = [
  'kill-recorder',
  'pause-recorder',
  'kill-leader',
  'pause-leader',
  'depose-leader',
  'kill-standby',
  'pause-standby',
  'kill-reporter',
  'pause-reporter',
] as const;
const onDatabase = [
  'kill-database',
  'restart-database',
  'pause-database',
  'cut',
  'refuse',
  'delay',
  'swallow',
] as const satisfies readonly FaultKind[];
const onBroker = ['kill-broker', 'freeze-broker'] as const;

export type DatabaseFault = (typeof onDatabase)[number];
export type ServicesFaultKind =
  (typeof onServices)[number] | DatabaseFault | (typeof onBroker)[number] | 'kill-everything';

export interface ServicesFault {
  kind: ServicesFaultKind;
  /** Which of the recorders. */
  which: number;
  /** Milliseconds since the clients began. */
  after: number;
  /**
   * How long it lasts: a pause, a freeze; what has no supervisor is started again after it. A leader that is deposed sleeps
   * until another has taken its place, and so much longer.
   */
  ms: number;
}

/** What is done in one round. It follows from the seed and the size alone; when each thing happens does not. */
export interface ServicesPlan extends Work<ServicesFault> {
  seed: number;
  size: Size;
  /** An even seed projects from Kafka. */
  projectFrom: 'log' | 'kafka';
  /** As many steps as are taken of them. */
  clients: readonly Generator<Step>[];
}

export interface Size {
  clients: number;
  /** Commands of each client, at least. */
  steps: number;
  /** Milliseconds that a client does nothing after each step. */
  pace: number;
  /** How long clients go on, and faults are spread over. */
  seconds: number;
  faults: number;
}

/** Seconds, in `npm test`; and under load, for so many minutes. */
export const sizes = {
  short: (): Size => ({ clients: 8, steps: 12, pace: 300, seconds: 8, faults: 6 }),
  long: (minutes: number): Size => {
    const seconds = Math.ceil(minutes * 60);
    return { clients: 48, steps: 12, pace: 0, seconds, faults: Math.ceil(seconds / 3) };
  },
};

export type SizeName = keyof typeof sizes;

export const recorders = 3;

export function planServices(seed: number, size: Size): ServicesPlan {
  const random = new Random(seed);
  const project = random.uuid();
  const shared: Shared = { project, period: random.uuid(), result: random.uuid(), indicators: [], things: [] };
  const opening = new ClientPlan(random, shared, 'opening').opening();
  const faults = planFaults(random, size);
  const clients = Array.from({ length: size.clients }, (_, index) => {
    const own = new Random(random.between(0, 2 ** 32));
    return stepsOf(new ClientPlan(own, shared, index === 0 ? 'manager' : 'officer'));
  });
  const projectFrom = seed % 2 === 0 ? 'kafka' : 'log';
  return { seed, size, projectFrom, project, opening, clients, faults };
}

function* stepsOf(plan: ClientPlan): Generator<Step> {
  for (;;) yield* plan.steps(1);
}

/** The same without what is done to Kafka. */
export function withoutKafka(plan: ServicesPlan): ServicesPlan {
  const isOfBroker = (kind: string) => (onBroker as readonly string[]).includes(kind);
  return { ...plan, projectFrom: 'log', faults: plan.faults.filter(({ kind }) => !isOfBroker(kind)) };
}

/** Never left to chance: each kind, with the least and the most milliseconds. */
const always: readonly [ServicesFaultKind, number, number][] = [
  // Another leads when it wakes, in the midst of its work.
  ['depose-leader', 500, 2_000],
  // Longer than the gateway waits.
  ['pause-recorder', 2_500, 6_000],
  ['kill-broker', 50, 1_000],
  ['kill-everything', 50, 1_000],
];

/** In any order, spread over the round; several may still meet. */
function planFaults(random: Random, size: Size): ServicesFault[] {
  const span = Math.floor((size.seconds * 900) / size.faults);
  const kinds = [...always];
  while (kinds.length < size.faults) kinds.push(anyFault(random));
  return Array.from({ length: size.faults }, (_, n): ServicesFault => {
    const [[kind, least, most]] = kinds.splice(random.between(0, kinds.length), 1) as [(typeof always)[number]];
    const after = n * span + random.between(1, span);
    return { kind, which: random.between(0, recorders), after, ms: random.between(least, most) };
  });
}

function anyFault(random: Random): (typeof always)[number] {
  if (random.chance(0.6)) {
    const kind = random.pick(onServices);
    if (kind === 'depose-leader') return [kind, 50, 2_000];
    return [kind, 50, kind.startsWith('pause-') ? 6_000 : 1_000];
  }
  return [random.chance(0.7) ? random.pick(onDatabase) : random.pick(onBroker), 50, 2_000];
}

/** The plan of faults, for people. */
export const shownFaults = ({ faults }: ServicesPlan) =>
  faults
    .map(
      ({ kind, which, after, ms }) =>
        `${kind}${kind.endsWith('-recorder') ? ` ${which}` : ''} after ${(after / 1000).toFixed(1)} s (${ms} ms)`,
    )
    .join(', ');
