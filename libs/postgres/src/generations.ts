import pg from 'pg';
import { begin, claim, goLive, type Checkpoint } from './checkpoints.js';
import { LEDGER, LedgerTable } from './ledger-table.js';
import { Projection, type Plan } from './projection.js';
import type { Log } from './leading.js';
import { leading, type Term } from './lease.js';
import { RegisterTable } from './register-table.js';

/**
 * Takes the projections under a token: goes on with those that these plans made, begins others from nothing. A live one
 * made by other folds stays as it is, and is read, until its successor is full: its folds are not in this program.
 */
export async function openProjections(
  pool: pg.Pool,
  plans: readonly Plan[],
  term: Term,
  log: Log,
): Promise<Projection[]> {
  const { token } = term;
  const projections = await leading(pool, term, async (client) => {
    const checkpoints = await claim(client, token);
    const names = plans.map(({ name }) => name);
    await client.query(
      `update read.projections set state = 'superseded' where state <> 'superseded' and not name = any($1)`,
      [names],
    );
    const opened: Projection[] = [];
    for (const plan of plans) opened.push(...(await open(client, plan, checkpoints, token)));
    for (const { ledger } of opened) await ledger?.load(client);
    return opened;
  });
  await sweep(pool, term, log);
  return projections;
}

async function open(
  client: pg.ClientBase,
  plan: Plan,
  checkpoints: readonly Checkpoint[],
  token: bigint,
): Promise<Projection[]> {
  const own = checkpoints.filter(({ name }) => name === plan.name);
  const opened = own
    .filter(({ version }) => version === plan.version)
    .map((checkpoint) => new Projection(plan, checkpoint));
  const filling = own.find(({ state }) => state === 'filling');
  const isLive = opened.some(({ checkpoint }) => checkpoint.state === 'live');
  if (filling && filling.version !== plan.version) opened.push(await start(client, plan, filling.generation, token));
  else if (!filling && !isLive) opened.push(await start(client, plan, await nextGeneration(client), token));
  return opened;
}

async function start(client: pg.ClientBase, plan: Plan, generation: number, token: bigint): Promise<Projection> {
  const { rows } = await client.query<{ registers: string[] }>(
    'select registers from read.projections where name = $1 and generation = $2',
    [plan.name, generation],
  );
  await dropTables(client, plan.name, generation, rows[0]?.registers ?? []);
  const projection = new Projection(plan, await begin(client, plan, generation, token));
  await projection.create(client);
  return projection;
}

/** Counted over all projections: a register may move from one to another, and its tables must not meet. */
async function nextGeneration(client: pg.ClientBase): Promise<number> {
  const { rows } = await client.query<{ next: number }>(
    'select coalesce(max(generation), 0) + 1 as next from read.projections',
  );
  return rows[0]!.next;
}

/** Generations that were asked for since; their tables are made. */
export async function pickUpRequests(pool: pg.Pool, plans: readonly Plan[], term: Term): Promise<Projection[]> {
  const { rows } = await pool.query<{ name: string; generation: number }>(
    `select name, generation from read.projections where state = 'filling' and version = ''`,
  );
  if (rows.length === 0) return [];
  return leading(pool, term, async (client) => {
    const begun: Projection[] = [];
    for (const { name, generation } of rows) {
      const plan = plans.find((each) => each.name === name);
      if (plan) begun.push(await start(client, plan, generation, term.token));
    }
    return begun;
  });
}

interface Switching {
  term: Term;
  advance: (client: pg.ClientBase) => Promise<void>;
  log: Log;
}

/** Makes a full generation the one that is read. False where readers would not let go for a while: try again. */
export async function switchTo(
  pool: pg.Pool,
  projection: Projection,
  { term, advance, log }: Switching,
): Promise<boolean> {
  const { name, generation } = projection.checkpoint;
  try {
    await leading(pool, term, async (client) => {
      // Who waits for the view's lock holds up all who come after.
      await client.query(`set local lock_timeout = '500ms'`);
      await advance(client);
      await goLive(client, projection.checkpoint);
      await projection.publish(client);
    });
  } catch (fault) {
    if (!(fault instanceof pg.DatabaseError) || fault.code !== LOCK_NOT_AVAILABLE) throw fault;
    log('A projection is full, but its old rows are being read; trying again.', { projection: name, generation });
    return false;
  }
  projection.checkpoint = projection.next = { ...projection.checkpoint, state: 'live' };
  log('A projection is live.', { projection: name, generation });
  // Whoever still read the old rows held the view's lock: nobody does.
  await sweep(pool, term, log);
  return true;
}

const LOCK_NOT_AVAILABLE = '55P03';

/** Drops what was superseded, and the views of registers that are gone. What is in use stays for now. */
async function sweep(pool: pg.Pool, term: Term, log: Log): Promise<void> {
  const { rows } = await pool.query<{ name: string; generation: number; registers: string[]; gone: string[] }>(
    `select name, generation, registers, array(select register from unnest(registers) register where not exists (
       select 1 from read.projections o where o.state <> 'superseded' and register = any(o.registers))) as gone
     from read.projections where state = 'superseded'`,
  );
  for (const { name, generation, registers, gone } of rows) {
    try {
      await leading(pool, term, async (client) => {
        await client.query(`set local lock_timeout = '500ms'`);
        for (const register of gone) await tableOf(register, generation).unpublish(client);
        await dropTables(client, name, generation, registers);
        await client.query('delete from read.projections where generation = $1', [generation]);
      });
    } catch (fault) {
      log('Old tables could not be dropped; the next lead tries again.', { projection: name, generation, fault });
    }
  }
}

async function dropTables(
  client: pg.ClientBase,
  name: string,
  generation: number,
  registers: readonly string[],
): Promise<void> {
  for (const register of registers) {
    await tableOf(register, generation).drop(client);
  }
  if (name === LEDGER) await new LedgerTable(generation).drop(client);
}

const tableOf = (name: string, generation: number) => new RegisterTable({ name, version: 0, evolve: {} }, generation);
