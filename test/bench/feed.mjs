// Read models from nothing, from the topic of the log and from the log itself. Each contender gets its own copy of the
// same log, without a row of the read side, and fills all registers, the indicator ledger and the order with its leaves.
import { copyDatabase, dropDatabase } from './databases.mjs';
import { makeTopics, NO_KAFKA, openBroker, settingsOn } from './kafka.mjs';
import { loadLog } from './load-log.mjs';
import { rowsOf } from './ledgers.mjs';
import { helper, startServer } from './server.mjs';
import { medianOf, ratioOf, target, told } from './stats.mjs';

const WAYS = {
  direct: 'from the log',
  topic: 'from the topic, published before',
  chain: 'from the topic, published meanwhile',
};
const WHAT = 'events a second: from the topic / from the log';

export async function feed(bench) {
  const broker = await openBroker(bench);
  if (!broker) {
    return { title: 'feed', tables: [], targets: [target(WHAT, { least: 0.5, missing: NO_KAFKA })], data: {} };
  }
  const server = await startServer(bench.newFolder('feed'));
  const helpers = Object.fromEntries(Object.keys(WAYS).map((way) => [way, helper('feeding.mjs')]));
  const found = Object.fromEntries(Object.keys(WAYS).map((way) => [way, []]));
  try {
    const { events } = await loadLog(server.owner, { events: bench.quick ? 2_000 : 50_000, seed: bench.seed });
    const full = settingsOn(broker);
    const run = (way, kafka) =>
      onCopy(server, async (connection, copy) => {
        const answer = await helpers[way].ask({ way, connection, kafka, events });
        return { ...answer, rows: await rowsOf(copy) };
      });
    await makeTopics(full);
    await onCopy(server, (connection) => helpers.topic.ask({ way: 'publish', connection, kafka: full, events }));
    const rounds = bench.quick ? 1 : 4;
    const names = Object.keys(WAYS);
    let rows;
    for (let turn = 0; turn < rounds; turn += 1) {
      for (let place = 0; place < names.length; place += 1) {
        const way = names[(turn + place) % names.length];
        const kafka = way === 'chain' ? settingsOn(broker) : full;
        if (way === 'chain') await makeTopics(kafka);
        const one = await run(way, kafka);
        rows ??= one.rows;
        if (one.rows !== rows) throw new Error(`${WAYS[way]} gave ${one.rows} rows, and not ${rows}`);
        // The first warms up.
        if (turn > 0 || rounds === 1) found[way].push(one);
      }
    }
  } finally {
    for (const one of Object.values(helpers)) await one.end();
    await broker.stop();
    await server.stop();
  }
  return toldOf(found);
}

/** On a copy of the log, whose read side is empty. */
async function onCopy({ owner, app }, work) {
  const copy = await copyDatabase(owner, 'filled');
  try {
    return await work({ ...app, database: copy.database }, copy);
  } finally {
    await dropDatabase(copy);
  }
}

function toldOf(found) {
  const [{ events }] = found.direct;
  const ratios = { topic: ratioOf(found.topic, found.direct, 'eventsPerSecond') };
  ratios.chain = ratioOf(found.chain, found.direct, 'eventsPerSecond');
  const rows = Object.entries(WAYS).map(([way, name]) => [
    name,
    ...['seconds', 'eventsPerSecond', 'microseconds', 'topic', 'log'].map((field) => told(medianOf(found[way], field))),
    ratios[way] ? told(ratios[way]) : '',
  ]);
  return {
    title: 'feed',
    tables: [
      {
        caption: `All read models of ${told(events)} events from nothing, in rounds`,
        columns: [
          ...['what', 'seconds', 'events/s', 'CPU of Node, us an event'],
          ...['read from the topic', 'read from the log', 'x times from the log'],
        ],
        rows,
      },
    ],
    targets: [target(WHAT, { least: 0.5, measured: ratios.topic })],
    notes: ['All of them end with the same number of rows, or the section fails.'],
    data: found,
  };
}
