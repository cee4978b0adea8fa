// The log alone, as `shapes` tells it: written by several processes, and what its client costs on each engine.
import { copyDatabase } from './databases.mjs';
import { ask, helper, startServer } from './server.mjs';
import { medianOf, told } from './stats.mjs';

const PROCESSES = [1, 2, 3];
const WRITERS = 192;
/** As many as KurrentDB's client gets at once in a process. */
const FEW = 15;

// ── One log ──

/** The same number of writers in one, two and three processes, each of which batches its own appends; nothing projects. */
export async function oneLog(bench, { seconds, warm, rounds }) {
  const server = await startServer(bench.newFolder('shapes-log'), { settings: { max_connections: '200' } });
  const scope = crypto.randomUUID();
  const processes = PROCESSES.map(() => helper('append-contender.mjs', ['attest', JSON.stringify(server.app), scope]));
  const results = PROCESSES.map((count) => ({ count, found: [] }));
  try {
    for (let turn = 0; turn < rounds; turn += 1) {
      for (let place = 0; place < results.length; place += 1) {
        const { count, found } = results[(turn + place) % results.length];
        await ask(server.owner, 'checkpoint');
        const each = { writers: WRITERS / count, seconds, warm };
        const answers = await Promise.all(processes.slice(0, count).map((one) => one.ask(each)));
        found.push({
          perSecond: answers.reduce((sum, one) => sum + one.perSecond, 0),
          p99: Math.max(...answers.map((one) => one.p99)),
        });
      }
    }
    return results;
  } finally {
    for (const one of processes) await one.end();
    await server.stop();
  }
}

export const logTable = (results) => ({
  caption: `Appends a second to one log, ${WRITERS} writers shared out among processes, nothing projected`,
  columns: ['processes', 'events/s', 'p99 ms'],
  rows: results.map(({ count, found }) => [count, told(medianOf(found, 'perSecond')), told(medianOf(found, 'p99'))]),
});

// ── What a client of the log costs ──

/** The same appends through the store on PostgreSQL and through the one on KurrentDB, against the double of the tests. */
export async function clientsOfLogs(bench, { seconds, warm, rounds }) {
  const server = await startServer(bench.newFolder('shapes-clients'));
  const double = helper('kurrent-double.mjs', [], { execArgv: ['--experimental-transform-types', '--no-warnings'] });
  const processes = {};
  const found = { PostgreSQL: [], KurrentDB: [] };
  try {
    const copy = await copyDatabase(server.owner, 'vault');
    await ask(copy, "update ledger set log = 'kurrentdb:bench'");
    const start = (kind, connection, extra) =>
      helper('append-contender.mjs', [kind, JSON.stringify(connection), extra]);
    processes.PostgreSQL = start('attest', server.app, crypto.randomUUID());
    processes.KurrentDB = start('kurrentdb', { ...server.app, database: copy.database }, await double.ask({}));
    const names = Object.keys(processes);
    for (let turn = 0; turn < rounds; turn += 1) {
      for (const name of turn % 2 === 0 ? names : names.toReversed()) {
        found[name].push(await processes[name].ask({ writers: FEW, seconds, warm }));
      }
    }
    return found;
  } finally {
    for (const one of Object.values(processes)) await one.end();
    await double.end();
    await server.stop();
  }
}

export const clientTable = (found) => ({
  caption: `Processor time that an append takes in Attest's own process, ${FEW} writers`,
  columns: ['log in', 'us an append'],
  rows: Object.entries(found).map(([name, rounds]) => [
    name === 'KurrentDB' ? 'KurrentDB (its double in memory)' : name,
    told(medianOf(rounds, 'microseconds')),
  ]),
});
