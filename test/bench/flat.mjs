// Whether a command gets slower as the log grows: the same commands on a short and on the long log, in turn.
import { helper, ownerOf, settled, startApp } from './server.mjs';
import { medianOf, ratioOf, target, told } from './stats.mjs';

const CONNECTIONS = [1, 16];

export async function flat(bench) {
  const { seconds, warm, rounds } = bench.quick
    ? { seconds: 0.8, warm: 0.3, rounds: 1 }
    : { seconds: 3, warm: 0.5, rounds: 5 };
  const logs = { short: await bench.ledger(bench.short), long: await bench.ledger(bench.long) };
  const client = helper('http-load.mjs');
  const sides = [];
  const results = CONNECTIONS.map((connections) => ({ connections, short: [], long: [] }));
  try {
    for (const [name, { folder, projects }] of Object.entries(logs)) {
      const app = await startApp(folder);
      await app.ready();
      const { id: project, activities } = projects.at(-1);
      sides.push({
        name,
        app,
        owner: ownerOf(folder),
        ask: { port: app.port, token: await app.token(), project, activities },
      });
      await settled(sides.at(-1).owner);
    }
    for (let turn = 0; turn < rounds; turn += 1) {
      for (const result of results) {
        for (const { name, owner, ask } of turn % 2 === 0 ? sides : sides.toReversed()) {
          const plan = { kind: 'training', connections: result.connections, seconds, warm, ...ask };
          result[name].push(await client.ask(plan));
          await settled(owner);
        }
      }
    }
  } finally {
    await client.end();
    for (const { app } of sides) await app.stop();
  }
  const rows = results.flatMap(({ connections, ...kinds }) =>
    Object.entries(kinds).map(([name, rounds]) => [
      connections,
      told(logs[name].events),
      ...['p50', 'p99', 'perSecond'].map((field) => told(medianOf(rounds, field))),
    ]),
  );
  const columns = ['connections', 'events in the log', 'p50 ms', 'p99 ms', 'commands/s'];
  return {
    title: 'flat',
    tables: [{ caption: 'Latency of a command by the length of the log', columns, rows }],
    targets: results.map(({ connections, short, long }) =>
      target(`${connections} connections: p50 on the long log / on the short one`, {
        most: 1.15,
        measured: ratioOf(long, short, 'p50'),
      }),
    ),
    data: results,
  };
}
