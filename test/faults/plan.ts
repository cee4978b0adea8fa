import { ClientPlan, type Shared, type Step } from './plan-commands.js';
import { planFaults, type Fault, type SetUp } from './plan-faults.js';
import { Random } from './random.js';

/** What is done in one round. It follows from the seed alone; when each thing happens does not. */
export interface Plan {
  seed: number;
  setUp: SetUp;
  project: string;
  /** Before anything fails: what all clients work on. */
  opening: Step[];
  /** One after the other, for each client; all clients at once. The first is the manager. */
  clients: Step[][];
  faults: Fault[];
}

export interface Size {
  clients: number;
  /** Commands of each client. */
  steps: number;
  faults: number;
}

export const usualSize: Size = { clients: 12, steps: 22, faults: 5 };

export function planRound(seed: number, size: Size = usualSize): Plan {
  const random = new Random(seed);
  const setUp = seed % 2 === 0 ? 'embedded' : 'server';
  const project = random.uuid();
  const shared: Shared = { project, period: random.uuid(), result: random.uuid(), indicators: [], things: [] };
  const opening = new ClientPlan(random, shared, 'opening').opening();
  const clients = Array.from({ length: size.clients }, (_, index) =>
    new ClientPlan(random, shared, index === 0 ? 'manager' : 'officer').steps(size.steps),
  );
  return { seed, setUp, project, opening, clients, faults: planFaults(random, setUp, size) };
}

/** The plan of faults, for people. */
export const faultsOf = ({ seed, setUp, faults }: Plan) =>
  `seed ${seed}, ${setUp}: ${faults.map(({ kind, after, ms }) => `${kind} after ${after} answers (${ms} ms)`).join(', ')}`;
