// What each shape records a second, over HTTP, with 64 connections: one `attest start` on the embedded PostgreSQL; services
// on a PostgreSQL, with one, two and three recorders, a projector and a reporter. The command is that of `command`. All of
// it shares this machine, so what is told beside it is where its processor time goes: that, and not the number of
// processes, is what limits them here. Then the log alone, by one, two and three processes: its one order is the next limit.
import { setTimeout as delay } from 'node:timers/promises';
import { loadLog } from './load-log.mjs';
import { clientsOfLogs, clientTable, logTable, oneLog } from './log-shapes.mjs';
import { memoryOf, processTree } from './machine.mjs';
import { ask, helper, ownerOf, settled, startApp, startServer } from './server.mjs';
import { localPortsOf, postgresOf, processorTime, Stand } from './services.mjs';
import { medianOf, told } from './stats.mjs';

const CONNECTIONS = 64;
const RECORDERS = [1, 2, 3];

export async function shapes(bench) {
  const plan = bench.quick ? { seconds: 0.8, warm: 0.3, rounds: 1 } : { seconds: 4, warm: 0.5, rounds: 5 };
  const events = bench.quick ? 2_000 : 20_000;
  const { all: over, held } = await overHttp(bench, events, plan);
  const log = await oneLog(bench, plan);
  const clients = await clientsOfLogs(bench, plan);
  return {
    title: 'shapes',
    tables: [httpTable(over), processorTable(over), heldTable(held), logTable(log), clientTable(clients)],
    targets: [],
    notes: [
      'Processor time is from the first command of a round until all of them are projected; a client process sends them.',
      'Nobody asks the reporter here: it opens more connections when it is read.',
    ],
    data: { over, held, log, clients },
  };
}

// ── Over HTTP ──

/** One shape after the other in each round, on two ledgers alike: the application's, and that of the services. */
async function overHttp(bench, events, { rounds, ...times }) {
  const client = helper('http-load.mjs');
  const opened = [];
  try {
    opened.push(await wholeApplication(bench, events));
    opened.push(await services(bench, events));
    const all = opened.flatMap(({ shapes: own }) => own).map((shape) => ({ ...shape, found: [] }));
    for (let turn = 0; turn < rounds; turn += 1) {
      for (let place = 0; place < all.length; place += 1) {
        const shape = all[(turn + place) % all.length];
        shape.found.push(await watched(shape, client, times));
      }
    }
    return { all: all.map(({ name, found }) => ({ name, found })), held: opened[1].held };
  } finally {
    await client.end();
    for (const one of opened) await one.stop();
  }
}

async function wholeApplication(bench, events) {
  const { folder, projects } = await bench.ledger({ events, connections: 200 });
  const app = await startApp(folder);
  await app.ready();
  const postgres = () => postgresOf(folder);
  const [main, ...others] = processTree(app.pid);
  const workers = others.filter((pid) => !postgres().includes(pid));
  const pids = { Node: () => [main, ...workers], 'of it projecting': () => workers, PostgreSQL: postgres };
  const { id: project, activities } = projects[0];
  const plan = { ports: [app.port], token: await app.token(), project, activities };
  const shape = { name: 'attest start, embedded PostgreSQL', owner: ownerOf(folder), plan, pids };
  return { shapes: [shape], stop: () => app.stop() };
}

async function services(bench, events) {
  const folder = bench.newFolder('shapes');
  const server = await startServer(folder, { settings: { max_connections: '200' } });
  let stand;
  const stop = async () => {
    await stand?.stop();
    await server.stop();
  };
  try {
    const { projects } = await loadLog(server.owner, { events, seed: bench.seed });
    stand = new Stand({ folder: bench.newFolder('shapes-services'), ...server });
    const recorders = [];
    for (const _ of RECORDERS) recorders.push(await stand.start('recorder'));
    const projector = await stand.start('projector');
    const reporter = await stand.start('reporter');
    await settled(server.owner);
    const idle = bench.quick ? 2_000 : 20_000;
    const held = await heldBy({ recorder: recorders[0], projector, reporter }, idle);
    const { id: project, activities } = projects[0];
    const token = await stand.token(recorders[0]);
    const shapes = RECORDERS.map((count) => {
      const used = recorders.slice(0, count);
      const plan = { ports: used.map(({ port }) => port), token, project, activities };
      const program = [...used, projector].map(({ pid }) => pid);
      const pids = {
        ...{ Node: () => program, 'of it projecting': () => [projector.pid], PostgreSQL: () => postgresOf(folder) },
      };
      const name = `services, ${count} recorder${count === 1 ? '' : 's'}`;
      return { name, owner: server.owner, plan, pids, underLoad: () => noteConnections(held, server.owner) };
    });
    return { shapes, held, stop };
  } catch (fault) {
    await stop();
    throw fault;
  }
}

/** What one of each service holds: memory, while nobody asks anything; connections are noted as they come. */
async function heldBy(parts, wait) {
  await delay(wait);
  return Object.entries(parts).map(([name, { pid }]) => {
    return { name, pid, mib: memoryOf([pid])[0]?.mib ?? NaN, connections: 0 };
  });
}

/** The most connections to the database that each had after a round. */
async function noteConnections(held, owner) {
  const rows = await ask(
    owner,
    `select client_port as port from pg_stat_activity where datname = current_database() and client_port > 0`,
  );
  for (const one of held) {
    const ports = localPortsOf(one.pid);
    one.connections = Math.max(one.connections, rows.filter(({ port }) => ports.has(port)).length);
  }
}

/** A round, with the processor time of each part for a command, microseconds, and the write-ahead log's bytes for one. */
async function watched({ owner, plan, pids, underLoad }, client, times) {
  // Backends of PostgreSQL come and go: of those that went, their parent knows what they took.
  const parts = { ...pids, client: () => [client.pid] };
  const look = async () => {
    const [{ last, wal }] = await ask(
      owner,
      `select (select max(position) from events)::int as last, pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') as wal`,
    );
    const taken = Object.fromEntries(Object.entries(parts).map(([name, of]) => [name, processorTime(of())]));
    return { last, wal: Number(wal), taken };
  };
  await ask(owner, 'checkpoint');
  const before = await look();
  const found = await client.ask({ kind: 'training', connections: CONNECTIONS, ...plan, ...times });
  await underLoad?.();
  await settled(owner);
  const after = await look();
  const commands = after.last - before.last;
  const cost = Object.fromEntries(
    Object.keys(parts).map((name) => [name, (1e6 * (after.taken[name] - before.taken[name])) / commands]),
  );
  return { ...found, ...cost, wal: (after.wal - before.wal) / commands };
}

const httpTable = (over) => ({
  caption: `Commands a second over HTTP, ${CONNECTIONS} connections`,
  columns: ['shape', 'commands/s', 'p50 ms', 'p99 ms'],
  rows: over.map(({ name, found }) => [
    name,
    ...['perSecond', 'p50', 'p99'].map((field) => told(medianOf(found, field))),
  ]),
});

const processorTable = (over) => ({
  caption: 'Processor time of a command, microseconds, and bytes of the write-ahead log',
  columns: ['shape', 'Node', 'of it projecting', 'PostgreSQL', 'the client', 'WAL bytes'],
  rows: over.map(({ name, found }) => [
    name,
    ...['Node', 'of it projecting', 'PostgreSQL', 'client', 'wal'].map((field) => told(medianOf(found, field))),
  ]),
});

const heldTable = (held) => ({
  caption: 'What one of each service holds: memory when idle, and the most connections to PostgreSQL after a round',
  columns: ['service', 'MiB, PSS', 'connections'],
  rows: [
    ...held.map(({ name, mib, connections }) => [name, told(mib), connections]),
    ['all three', told(sumOf(held, 'mib')), sumOf(held, 'connections')],
  ],
});

const sumOf = (items, field) => items.reduce((sum, item) => sum + item[field], 0);
