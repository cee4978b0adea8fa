// How fast events are recorded: the store alone, beside what people would write themselves; then with a slower disk, with
// a snapshot held open, and with all projections running.
import pg from 'pg';
import { loadLog } from './load-log.mjs';
import { nextEvent } from './events.mjs';
import { findEmmett, findPgbench, makePeerTable, runPgbench } from './peers.mjs';
import { ask, buildShim, helper, settled, startServer } from './server.mjs';
import { median, medianOf, ratioOf, target, told } from './stats.mjs';

/** More than the embedded server takes by itself: peers have a connection for each writer. */
const settings = { max_connections: '300' };
const WRITERS = [1, 16, 64, 256];

export async function append(bench) {
  const { seconds, rounds } = bench.quick ? { seconds: 0.6, rounds: 1 } : { seconds: 2, rounds: 5 };
  const plan = { seconds, warm: bench.quick ? 0.1 : 0.4, rounds };
  const tables = [];
  const targets = [];
  const data = { plan };

  data.plain = await onServer(bench, {}, async (arena) => {
    const measured = await arena.race(plan, WRITERS, ['attest', 'insert', 'pgbench', 'emmett']);
    return { measured, versions: arena.versions };
  });
  const { measured } = data.plain;
  const held = await snapshotHeld(bench, plan, bench.quick ? [16] : WRITERS);
  data.held = held;
  tables.push(raceTable('Store alone: appends a second, each one event and one flush at least', measured));
  tables.push(heldTable(held));
  targets.push(...plainTargets(measured), ...heldTargets(held));

  const shim = buildShim(bench.folder);
  if (shim.why) {
    bench.loud(`Slower flushes are not measured: ${shim.why}.`);
    targets.push(target('1 ms added to each flush', { least: 1, missing: shim.why }));
  } else {
    const contenders = ['attest', 'insert', 'pgbench'];
    const writers = bench.quick ? [64] : [16, 64, 256];
    data.slow = await onServer(bench, { shim: shim.library }, async (arena) => ({
      measured: await arena.race({ ...plan, rounds: Math.min(rounds, 3) }, writers, contenders),
    }));
    tables.push(raceTable('The same with 1 ms added to each flush', data.slow.measured));
    targets.push(...slowTargets(data.slow.measured));
  }

  data.projected = await projected(bench, plan);
  tables.push(projectedTable(data.projected));
  return { title: 'append', tables, targets, data };
}

/** A server of its own, with databases for Attest and for its peers; ends all of it. */
async function onServer(bench, { shim }, work) {
  const server = await startServer(bench.newFolder('append'), { settings, shim });
  const scope = crypto.randomUUID();
  const peers = await makePeerTable(server.owner, 'peers');
  await ask(server.owner, 'create database emmett');
  const pgbench = findPgbench();
  const emmett = findEmmett();
  if (pgbench.why) bench.loud(`pgbench is left out: ${pgbench.why}.`);
  if (emmett.why) bench.loud(`emmett is left out: ${emmett.why}.`);
  const start = (kind, connection, extra) => helper('append-contender.mjs', [kind, JSON.stringify(connection), extra]);
  const processes = {
    attest: start('attest', server.app, scope),
    insert: start('insert', peers, scope),
    ...(emmett.module && { emmett: start('emmett', { ...server.owner, database: 'emmett' }, emmett.module) }),
  };
  let round = 0;
  const event = { ...nextEvent({ revision: 1, last: crypto.randomUUID() }), scope };
  const one = async (kind, { writers, seconds, warm }) => {
    // So that no contender pays for what the one before it wrote.
    await ask(server.owner, 'checkpoint');
    round += 1;
    if (kind !== 'pgbench') return processes[kind].ask({ writers, seconds, warm });
    // Its time begins before it has connected, which takes long with many clients; its rate is counted from then on.
    const whole = Math.ceil(seconds + warm + writers / 50);
    return runPgbench(pgbench, peers, { writers, seconds: whole, round, event });
  };
  const isThere = (kind) => (kind === 'pgbench' ? !pgbench.why : kind in processes);
  /** Rounds of all contenders in turn, each round beginning with another. */
  const race = async ({ seconds, warm, rounds }, counts, kinds) => {
    const there = kinds.filter(isThere);
    const results = counts.map((writers) => ({ writers, ...Object.fromEntries(there.map((kind) => [kind, []])) }));
    for (let turn = 0; turn < rounds; turn += 1) {
      for (const result of results) {
        for (let place = 0; place < there.length; place += 1) {
          const kind = there[(turn + place) % there.length];
          result[kind].push(await one(kind, { writers: result.writers, seconds, warm }));
        }
      }
    }
    return results;
  };
  try {
    return await work({ race, versions: { pgbench: pgbench.version, emmett: emmett.version } });
  } finally {
    for (const process of Object.values(processes)) await process.end();
    await server.stop();
  }
}

/**
 * Two servers alike, in turn: on one of them a transaction that has read stays open from before the first append to after
 * the last one, which keeps all that is dead from being cleaned up.
 */
async function snapshotHeld(bench, { seconds, warm, rounds }, counts) {
  const sides = [];
  for (const kind of ['without', 'held']) {
    const server = await startServer(bench.newFolder(`append-${kind}`), { settings });
    const scope = crypto.randomUUID();
    sides.push({ kind, server, store: helper('append-contender.mjs', ['attest', JSON.stringify(server.app), scope]) });
  }
  const client = new pg.Client(sides[1].server.owner);
  client.on('error', () => undefined); // the server ends after it
  await client.connect();
  await client.query('begin isolation level repeatable read');
  await client.query('select count(*) from events');
  const results = counts.map((writers) => ({ writers, without: [], held: [] }));
  try {
    for (let turn = 0; turn < rounds; turn += 1) {
      for (const result of results) {
        for (const { kind, server, store } of turn % 2 === 0 ? sides : sides.toReversed()) {
          await ask(server.owner, 'checkpoint');
          result[kind].push(await store.ask({ writers: result.writers, seconds, warm }));
        }
      }
    }
    return results;
  } finally {
    await client.end();
    for (const { server, store } of sides) {
      await store.end();
      await server.stop();
    }
  }
}

/** Real events in a ledger with programmes and indicators, recorded while a worker projects all of them. */
async function projected(bench, { seconds, warm, rounds }) {
  const server = await startServer(bench.newFolder('append-projected'), { settings });
  const { projects } = await loadLog(server.owner, { events: bench.quick ? 2_000 : 20_000, seed: bench.seed });
  const worker = helper('projecting.mjs', [JSON.stringify(server.app)]);
  const store = helper('append-contender.mjs', ['attest', JSON.stringify(server.app), projects[0].id]);
  const results = WRITERS.map((writers) => ({ writers, projected: [] }));
  try {
    await worker.ask({ kind: 'follow' });
    await settled(server.owner);
    for (let turn = 0; turn < Math.min(rounds, 3); turn += 1) {
      for (const result of results) {
        const answer = await store.ask({ writers: result.writers, seconds, warm });
        const since = performance.now();
        await settled(server.owner);
        result.projected.push({ ...answer, behind: (performance.now() - since) / 1_000 });
      }
    }
    return results;
  } finally {
    await store.end();
    await worker.end();
    await server.stop();
  }
}

// ── As tables ──

const named = { attest: 'Attest', insert: 'INSERT through pg', pgbench: 'pgbench', emmett: 'emmett-postgresql' };

function raceTable(caption, measured) {
  const rows = measured.flatMap(({ writers, ...kinds }) =>
    Object.entries(kinds).map(([kind, rounds]) => [
      writers,
      named[kind],
      told(medianOf(rounds, 'perSecond')),
      told(medianOf(rounds, 'p50')),
      told(medianOf(rounds, 'p99')),
      kind === 'attest' ? '' : `${told(ratioOf(kinds.attest, rounds, 'perSecond'))}`,
    ]),
  );
  return { caption, columns: ['writers', 'what', 'events/s', 'p50 ms', 'p99 ms', 'Attest is x times it'], rows };
}

function heldTable(held) {
  return {
    caption: 'The store alone, with a snapshot held open for each run and without',
    columns: ['writers', 'without: events/s', 'held: events/s', 'held / without'],
    rows: held.map(({ writers, without, held: rounds }) => [
      writers,
      told(medianOf(without, 'perSecond')),
      told(medianOf(rounds, 'perSecond')),
      told(ratioOf(rounds, without, 'perSecond')),
    ]),
  };
}

function projectedTable(results) {
  return {
    caption: 'With all projections running on the same cores: real events, in a ledger with programmes and indicators',
    columns: ['writers', 'events/s', 'p50 ms', 'p99 ms', 'seconds until all is projected, after the last append'],
    rows: results.map(({ writers, projected: rounds }) => [
      writers,
      ...['perSecond', 'p50', 'p99', 'behind'].map((field) => told(medianOf(rounds, field))),
    ]),
  };
}

// ── Targets ──

const at = (measured, writers) => measured.find((one) => one.writers === writers) ?? {};
const timesOf = (of, kind) => (of[kind] && of.attest ? ratioOf(of.attest, of[kind], 'perSecond') : undefined);
const missing = 'the peer is not installed';

/** Against the most that pgbench did with any number of clients: round by round. */
function bestOf(measured, kind) {
  const counts = measured.filter((one) => one[kind]);
  if (counts.length === 0) return undefined;
  return counts[0][kind].map((_, round) => ({
    perSecond: Math.max(...counts.map((one) => one[kind][round].perSecond)),
  }));
}

function plainTargets(measured) {
  const best = bestOf(measured, 'pgbench');
  const most = at(measured, 256).attest;
  return [
    target('64 writers: Attest / pgbench', { least: 1.5, measured: timesOf(at(measured, 64), 'pgbench'), missing }),
    target('64 writers: Attest / emmett', { least: 9, measured: timesOf(at(measured, 64), 'emmett'), missing }),
    target("256 writers: Attest / pgbench's best with any number of clients", {
      least: 1.8,
      measured: best && ratioOf(most, best, 'perSecond'),
      missing,
    }),
    target('1 writer: Attest / INSERT through pg', { least: 0.8, measured: timesOf(at(measured, 1), 'insert') }),
  ];
}

function slowTargets(measured) {
  return [
    target('1 ms slower flushes, 64 writers: Attest / pgbench', {
      least: 1,
      measured: timesOf(at(measured, 64), 'pgbench'),
      missing,
    }),
    target('1 ms slower flushes, 256 writers: Attest / pgbench', {
      least: 1.5,
      measured: timesOf(at(measured, 256), 'pgbench'),
      missing: 'not in this run',
    }),
  ];
}

function heldTargets(held) {
  return held.map(({ writers, without, held: rounds }) => {
    const times = ratioOf(rounds, without, 'perSecond');
    return target(`snapshot held, ${writers} writers: with / without`, {
      least: 0.9,
      measured: median([times.median]),
    });
  });
}
