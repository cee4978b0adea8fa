import { afterAll, test } from '@jest/globals';
import { startBroker } from '../kafka/broker.js';
import { playsLong } from '../support/long.js';
import { planServices, shownFaults, sizes, withoutKafka, type SizeName } from './under-fire-plan.js';
import { lineOf, play } from './under-fire-round.js';

/**
 * Many clients record, correct and void by way of three recorders, two projectors and a reporter, which are killed and put
 * to sleep, as are PostgreSQL, Kafka, and all at once. What must hold all the same is in test/faults/invariants.ts,
 * under-fire-topics.ts and under-fire-leads.ts. A short round takes seconds; a long one is minutes under load, and is
 * played with all tests and by CI.
 *
 * ATTEST_TEST_FAULT_SIZE: only the short ones, or the long; ATTEST_TEST_FAULT_ROUNDS: how many of them;
 * ATTEST_TEST_FAULT_SEED: of the first, the others count on from it; ATTEST_TEST_FAULT_MINUTES: of load, in a long one.
 */
const only = process.env.ATTEST_TEST_FAULT_SIZE as SizeName | undefined;
const rounds = Number(process.env.ATTEST_TEST_FAULT_ROUNDS ?? 1);
const minutes = Number(process.env.ATTEST_TEST_FAULT_MINUTES ?? 1.25);
const given = process.env.ATTEST_TEST_FAULT_SEED;
const anySeed = () => Math.floor(Math.random() * 1e6);
/** Where one round alone is played it goes by way of Kafka: an even seed. */
const firsts = { short: Number(given ?? anySeed() * 2), long: Number(given ?? anySeed()) };
const counts = only ? { short: 0, long: 0, [only]: rounds } : { short: rounds, long: Number(playsLong) };
const played = (['short', 'long'] as const).flatMap((name) =>
  Array.from({ length: counts[name] }, (_, round) => ({ name, seed: firsts[name] + round })),
);
/** Milliseconds for the commands of a round to be answered: far more than a calm machine needs. */
const longest = (name: SizeName) => (name === 'short' ? 150_000 : minutes * 60_000 + 180_000);

if (!only && !playsLong) test.skip('services under fire, a long round', () => undefined);

const broker = await startBroker();
afterAll(() => broker?.stop(), 30_000);

test.each(played)(
  'services under fire, a $name round: everything that was acknowledged holds, wherever it is looked for (seed $seed)',
  async ({ name, seed }) => {
    const planned = planServices(seed, sizes[name](minutes));
    const plan = broker ? planned : withoutKafka(planned);
    const from = `${broker ? '' : 'WITHOUT KAFKA, '}projecting from ${plan.projectFrom}`;
    const again = `npm run faults -- --services${name === 'long' ? ` --long --minutes ${minutes}` : ''} --rounds 1 --seed ${seed}`;
    const told = `seed ${seed}, ${from}: ${shownFaults(plan)}\nAgain: ${again}`;
    const round = await play(plan, broker, longest(name)).catch((fault: unknown) => {
      throw new Error(`${told}\n${fault instanceof Error ? fault.stack : String(fault)}`);
    });
    const line = `Services under fire, ${name}, seed ${seed}, ${from}, ${plan.faults.length} faults: ${lineOf(round)}`;
    process.stderr.write(`${line}${round.broken.map((fault) => `\n  BROKEN ${fault}`).join('')}\n`);
    if (round.broken.length > 0) throw new Error(`${told}\n  ${round.broken.join('\n  ')}\nIt said: ${round.said}`);
  },
  longest('long') + 300_000,
);
