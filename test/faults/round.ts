import { mkdtempSync, rmSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, type Told } from './clients.js';
import { gather } from './evidence.js';
import type { Evidence } from './invariants.js';
import type { Plan } from './plan.js';
import { Stand } from './stand.js';

/** Milliseconds for all commands of a round to be answered, and all faults to pass. */
const LONGEST_ROUND = 150_000;

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
    await work(plan, stand, told);
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

async function work(plan: Plan, stand: Stand, told: Told): Promise<void> {
  const { attest } = stand;
  const late = new AbortController();
  const giveUp = Promise.withResolvers<never>();
  late.signal.addEventListener('abort', () => giveUp.reject(late.signal.reason as Error));
  giveUp.promise.catch(() => undefined);
  const until = setTimeout(
    () =>
      late.abort(
        new Error(`after ${LONGEST_ROUND / 1000} s not everything was answered: ${attest.said.slice(-2_000)}`),
      ),
    LONGEST_ROUND,
  );
  const injected: Promise<void>[] = [];
  const faults = [...plan.faults];
  let answers = 0;
  const around = {
    url: () => Promise.race([attest.url(), giveUp.promise]),
    onAnswer: () => {
      answers += 1;
      while (faults[0] && faults[0].after <= answers) injected.push(stand.inject(faults.shift()!));
    },
    signal: late.signal,
  };
  try {
    const opening = new Client(
      -1,
      await stand.credentials('opening', ['administrator', 'manager', 'officer'], '*'),
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
        return new Client(n, await stand.credentials(`client ${n}`, roles, plan.project), told, around);
      }),
    );
    await Promise.all(clients.map((client, n) => client.run(plan.clients[n]!)));
    await Promise.race([Promise.all(injected), giveUp.promise]);
  } finally {
    clearTimeout(until);
    // Those that are under way end by themselves.
    late.abort(new Error('the round is over'));
  }
}
