import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { canonical } from '#event-sourcing';
import { PostgresEventStore } from './postgres-event-store.js';
import { entries, id, toyRegisters, versions, world, type World } from './projection-fixtures.js';

/** Projectors in processes of their own: of a lead that dies, or sleeps, another takes the place within 5 seconds. */

const WITHIN = 5_000;

let toy: World;
let store: PostgresEventStore;
const projectors: Projector[] = [];
beforeEach(async () => {
  toy = await world();
  store = new PostgresEventStore(toy.connection);
});
afterEach(async () => {
  await Promise.all(projectors.splice(0).map((projector) => projector.kill()));
  await store.close();
  await toy.end();
});

/** What it says: `leads`, or why it was interrupted. */
const program = `
  import pg from 'pg';
  import { ProjectionRunner } from './dist/libs/postgres/src/projection-runner.js';
  import { PostgresEventStore } from './dist/libs/postgres/src/postgres-event-store.js';
  import { toyPosting, toyRegisters } from './dist/libs/postgres/src/projection-fixtures.js';
  const connection = JSON.parse(process.argv[1]);
  const pool = new pg.Pool({ ...connection, max: 8 });
  pool.on('error', () => undefined);
  const store = new PostgresEventStore(connection);
  const log = (message, { fault }) => fault?.name && console.log('interrupted: ' + message + ' ' + fault.name);
  const ledgerSecret = await store.ledgerSecret();
  const given = { registers: toyRegisters, postings: [toyPosting], log };
  const runner = new ProjectionRunner({ pool, store, ledgerSecret, ...given });
  runner.start();
  console.log('runs');
  for (;;) { await runner.whenLeading(); console.log('leads'); while (runner.leads) await new Promise((r) => setTimeout(r, 5)); }
`;

class Projector {
  readonly #child: ChildProcess;
  readonly said: string[] = [];
  #heard = Promise.withResolvers<void>();

  constructor() {
    const args = ['--input-type=module', '-e', program, JSON.stringify(toy.connection)];
    this.#child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    createInterface(this.#child.stdout!).on('line', (line) => {
      this.said.push(line);
      this.#heard.resolve();
      this.#heard = Promise.withResolvers();
    });
    projectors.push(this);
  }

  /** Resolves once it has said so many lines like that. */
  async whenSaid(like: RegExp, times = 1): Promise<void> {
    while (this.said.filter((line) => like.test(line)).length < times) await this.#heard.promise;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill('SIGKILL');
    await once(this.#child, 'exit');
  }
}

/** Appends all the time, until it is told to stop; answers the position of the last one. */
function load(): { stop(): Promise<bigint>; last(): bigint } {
  let isOver = false;
  let last = 0n;
  const append = async () => {
    for (let number = 0; !isOver; number += 1) {
      const data = canonical({ kind: 'visit', count: number, group: id(10 + (number % 5)) });
      const meta = canonical({ actor: id(1), roles: [], commandId: id(2), bodyTag: '', correlationId: 'c' });
      const event = { id: randomUUID(), type: 'FactStated', schema: 1, data, meta };
      const { events } = await store.append(`fact-${randomUUID()}`, 'none', [event], { scope: id(900) });
      last = events[0]!.position > last ? events[0]!.position : last;
    }
  };
  const writers = append();
  return {
    last: () => last,
    async stop() {
      isOver = true;
      await writers;
      return last;
    },
  };
}

/** Milliseconds from now until what is appended now has been projected. */
async function untilProjected(loading: { last(): bigint }): Promise<number> {
  const since = performance.now();
  // Behind what the lead may have read already.
  const position = loading.last() + 20n;
  if (!(await toy.models.waitFor(position, 20_000))) throw new Error('nobody took over');
  return performance.now() - since;
}

async function expectReplayed(): Promise<void> {
  const fresh = await world();
  const copy = new PostgresEventStore(fresh.connection);
  const pool = new pg.Pool(toy.connection);
  try {
    fresh.run({ store, ledgerSecret: await store.ledgerSecret() });
    if (!(await fresh.models.waitFor(await store.end(), 20_000))) throw new Error('not replayed');
    for (const { name } of toyRegisters)
      expect(await versions(toy.pool, name)).toEqual(await versions(fresh.pool, name));
    expect(await entries(toy.pool)).toEqual(await entries(fresh.pool));
    const order = 'select ordinal, event_id, leaf from read.sequence order by ordinal';
    expect((await toy.pool.query(order)).rows).toEqual((await fresh.pool.query(order)).rows);
  } finally {
    await pool.end();
    await copy.close();
    await fresh.end();
  }
}

test('another takes over from a lead that was killed, and from one that sleeps, whenever that is', async () => {
  let lead = new Projector();
  await lead.whenSaid(/^leads/);
  const loading = load();
  const measured: { how: string; milliseconds: number }[] = [];
  const sleepers: Projector[] = [];
  for (const how of ['SIGKILL', 'SIGSTOP', 'SIGSTOP', 'SIGSTOP'] as const) {
    const next = new Projector();
    await next.whenSaid(/^runs/);
    if (!(await toy.models.waitFor(loading.last(), 20_000))) throw new Error('the lead does not follow');
    await delay(Math.random() * 50);
    lead.signal(how);
    measured.push({ how, milliseconds: await untilProjected(loading) });
    expect(next.said).toContain('leads');
    if (how === 'SIGSTOP') sleepers.push(lead);
    lead = next;
  }
  const { rows: before } = await toy.pool.query('select holder, token from read.lease');
  for (const sleeper of sleepers) sleeper.signal('SIGCONT');
  for (const sleeper of sleepers) await sleeper.whenSaid(/^interrupted: Projecting/);
  const last = await loading.stop();
  expect(await toy.models.waitFor(last, 20_000)).toBe(true);
  // The one that led goes on; who woke up stands by.
  expect((await toy.pool.query('select holder, token from read.lease')).rows).toEqual(before);
  for (const sleeper of sleepers) expect(sleeper.said.filter((line) => line === 'leads')).toHaveLength(1);
  console.info(measured.map(({ how, milliseconds }) => `${how} ${Math.round(milliseconds)} ms`).join(', '));
  for (const { milliseconds } of measured) expect(milliseconds).toBeLessThan(WITHIN);
  await expectReplayed();
}, 120_000);
