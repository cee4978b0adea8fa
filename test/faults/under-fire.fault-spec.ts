import { broken, type Evidence } from './invariants.js';
import { faultsOf, planRound, type Plan } from './plan.js';
import { play } from './round.js';

/**
 * Many clients record, correct and void over several slices while the application, its worker, PostgreSQL and the
 * connections between them are killed, stopped, paused, cut and delayed. What must hold all the same is in
 * invariants.ts. ATTEST_TEST_FAULT_ROUNDS: how many rounds; ATTEST_TEST_FAULT_SEED: of the first, the others count on from it.
 */
const rounds = Number(process.env.ATTEST_TEST_FAULT_ROUNDS ?? 3);
const first = Number(process.env.ATTEST_TEST_FAULT_SEED ?? Math.floor(Math.random() * 1e6));
const seeds = Array.from({ length: rounds }, (_, round) => first + round);

test.each(seeds)(
  'under fire, everything that was acknowledged holds (seed %i)',
  async (seed) => {
    const plan = planRound(seed);
    const again = `npm run faults -- --rounds 1 --seed ${seed}`;
    const told = `${faultsOf(plan)}\nAgain: ${again}`;
    const { evidence, ended, said, seconds } = await play(plan).catch((fault: unknown) => {
      throw new Error(`${told}\n${fault instanceof Error ? fault.stack : String(fault)}`);
    });
    const found = broken(evidence);
    if (ended[0] !== 0) found.push(`the application ended with ${ended.join(' ')}`);
    process.stderr.write(`${lineOf(plan, evidence, seconds)}${found.map((fault) => `\n  BROKEN ${fault}`).join('')}\n`);
    if (found.length > 0) throw new Error(`${told}\n  ${found.join('\n  ')}\nIt said: ${said.slice(-10_000)}`);
  },
  240_000,
);

function lineOf(plan: Plan, { told, stored }: Evidence, seconds: number): string {
  const refused = told.answered.filter(({ status }) => status >= 400).length;
  const commands = `${told.answered.length} commands (${refused} refused), ${told.retries} retries`;
  return `${faultsOf(plan)}: ${commands}, ${told.seen.length} reads, ${stored.log.length} events, ${seconds} s`;
}
