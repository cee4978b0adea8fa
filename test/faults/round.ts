import { mkdtempSync, rmSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, type Credentials, type Told } from './clients.js';
import { gather } from './evidence.js';
import type { Evidence } from './invariants.js';
import type { Step } from './plan-commands.js';
import type { Plan } from './plan.js';
import { Stand } from './stand.js';

/** Milliseconds for all commands of a round to be answered, and all faults to pass. */
const LONGEST_ROUND = 150_000;
/** Milliseconds between looks at the time. */
const TICK = 20;

export interface Round {
  evidence: Evidence;
  /** How the application ended when it was asked to: [0, null] is well. */
  ended: [number | null, string | null];
  /** The last that it said. */
  said: string;
  seconds: number;
}

/** Plays a plan: starts everything, lets the clients work while the faults happen, and gathers what is known at the end. */
export async function play(plan: Plan): Promise<Round> {
  const since = performance.now();
  const folder = mkdtempSync(join(process.env.ATTEST_TEST_FOLDER ?? tmpdir(), 'fire-'));
  chmodSync(folder, 0o755); // as root, PostgreSQL is another user and must enter
  const stand = new Stand(plan.setUp, folder);
  const told: Told = { answered: [], seen: [], wrong: [], retries: 0 };
  try {
    await stand.start();
    const { attest } = stand;
    const field = {
      url: () => attest.url(),
      credentials: stand.credentials.bind(stand),
      inject: stand.inject.bind(stand),
      said: () => attest.said,
    };
    await work(plan, field, told);
    await stand.attest.url();
    const stored = await gather(stand.owner());
    const ended = await stand.attest.end();
    const seconds = Math.round((performance.now() - since) / 1000);
    const tokens = plan.clients.length + 2; // of the opening, and the administrator's
    return { evidence: { told, stored, tokens, deaths: stand.attest.deaths }, ended, said: stand.attest.said, seconds };
  } finally {
    await stand.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Who does what, and what happens meanwhile. */
export interface Work<Fault> extends Pick<Plan, 'project' | 'opening'> {
  clients: readonly Iterable<Step>[];
  faults: readonly Fault[];
}

export interface Working {
  /** Milliseconds for all commands to be answered, and all faults to pass. */
  longest?: number;
  /** Milliseconds that a client does nothing after each step. */
  pace?: number;
  /**
   * So many milliseconds clients go on, each for so many steps at least, and faults come after milliseconds of it. Without
   * it each client does all its steps, and faults come after so many answers.
   */
  lasting?: { ms: number; steps: number };
}

/** Where it is done. */
export interface Field<Fault> {
  /** Where clients ask, once somebody answers there. */
  url(): Promise<string>;
  credentials(actor: string, roles: string[], project: string): Promise<Credentials>;
  /** Does it; resolves when it is over. */
  inject(fault: Fault): Promise<void>;
  /** The last that was said, for whoever looks for a reason. */
  said(): string;
}

/** Resolves when everything is answered, and every fault is over. `after`: answers, or milliseconds where it is `lasting`. */
export async function work<Fault extends { after: number }>(
  plan: Work<Fault>,
  field: Field<Fault>,
  told: Told,
  { longest = LONGEST_ROUND, pace = 0, lasting }: Working = {},
): Promise<void> {
  const late = new AbortController();
  const giveUp = Promise.withResolvers<never>();
  late.signal.addEventListener('abort', () => giveUp.reject(late.signal.reason as Error));
  giveUp.promise.catch(() => undefined);
  const until = setTimeout(
    () =>
      late.abort(
        new Error(`after ${longest / 1000} s not everything was answered, or over: ${field.said().slice(-2_000)}`),
      ),
    longest,
  );
  const injected: Promise<void>[] = [];
  const inject = (fault: Fault) => {
    const over = field.inject(fault);
    over.catch((why: unknown) => late.abort(why));
    injected.push(over);
  };
  const faults = [...plan.faults];
  const injectUntil = (passed: number) => {
    while (faults[0] && faults[0].after <= passed) inject(faults.shift()!);
  };
  let answers = 0;
  let clock: NodeJS.Timeout | undefined;
  const around = {
    url: () => Promise.race([field.url(), giveUp.promise]),
    onAnswer: () => {
      answers += 1;
      if (!lasting) injectUntil(answers);
    },
    signal: late.signal,
  };
  try {
    const opening = new Client(
      -1,
      await field.credentials('opening', ['administrator', 'manager', 'officer'], '*'),
      told,
      {
        ...around,
        onAnswer: () => undefined,
      },
    );
    await opening.run(plan.opening);
    const clients = await Promise.all(
      plan.clients.map(async (_, n) => {
        const roles = n === 0 ? ['manager', 'officer'] : ['officer'];
        return new Client(n, await field.credentials(`client ${n}`, roles, plan.project), told, { ...around, pace });
      }),
    );
    const since = performance.now();
    if (lasting) clock = setInterval(() => injectUntil(performance.now() - since), TICK);
    const isOver = () => performance.now() - since >= lasting!.ms;
    const stepsOf = (steps: Iterable<Step>) => (lasting ? goOn(steps, lasting.steps, isOver) : steps);
    await Promise.all(clients.map((client, n) => client.run(stepsOf(plan.clients[n]!))));
    await Promise.race([Promise.all(injected), giveUp.promise]);
  } finally {
    clearTimeout(until);
    clearInterval(clock);
    // Those that are under way end by themselves.
    late.abort(new Error('the round is over'));
  }
}

/** So many steps, and more until it is over. */
function* goOn(steps: Iterable<Step>, least: number, isOver: () => boolean): Generator<Step> {
  let done = 0;
  for (const step of steps) {
    if (done >= least && isOver()) return;
    yield step;
    done += 1;
  }
}
