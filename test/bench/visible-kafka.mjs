// How soon a figure tells what was recorded, where the log goes by Kafka: recorder, projector and reporter are processes,
// the projector publishes the log, reads it from its topic and writes the read models, and the reporter is asked. That is
// the shape that a federation runs; `attest start` has the same three in two processes. Beside it, in turn, the same
// services without Kafka, on a copy of the same database. The commands and questions are those of `visible`.
import { copyDatabase } from './databases.mjs';
import { openLine } from './http-line.mjs';
import { NO_KAFKA, openBroker } from './kafka.mjs';
import { settled, startServer } from './server.mjs';
import { Stand } from './services.mjs';
import { medianOf, target, told } from './stats.mjs';
import { aRound } from './visible.mjs';

const PER_SECOND = 500;
const CONNECTIONS = { commands: 64, reads: 24 };
const WHAT = `visible through Kafka at ${PER_SECOND} commands a second, p99`;

export async function visibleThroughKafka(bench) {
  const { seconds, rounds } = bench.quick ? { seconds: 1, rounds: 1 } : { seconds: 10, rounds: 3 };
  const { folder, projects, events } = await bench.ledger(bench.tenth);
  const broker = await openBroker(bench);
  if (!broker) return { title: 'visible-kafka', tables: [], targets: [target(WHAT, { most: 250, missing: NO_KAFKA })] };
  const server = await startServer(folder, { settings: { max_connections: '200' } });
  const sides = [];
  try {
    for (const [name, kafka] of Object.entries({ 'through Kafka': broker, direct: undefined })) {
      const owner = await copyDatabase(server.owner, `visible_${sides.length}`);
      const app = { ...server.app, database: owner.database };
      sides.push(await openSide(name, { owner, app, kafka, folder: bench.newFolder('visible-kafka') }));
    }
    // The last but one indicator of a project takes values that are reported, and adds them up.
    const targets = projects.slice(-40).map(({ id, indicators }) => ({ project: id, indicator: indicators.at(-2) }));
    const plan = { targets, perSecond: PER_SECOND };
    // Processes that have just started are slow at first: that is no part of it.
    for (const side of sides) await side.run({ ...plan, seconds: bench.quick ? 1 : 5 });
    for (let turn = 0; turn < rounds; turn += 1) {
      for (const side of turn % 2 === 0 ? sides : sides.toReversed()) {
        side.found.push(await side.run({ ...plan, seconds }));
      }
    }
  } finally {
    for (const side of sides) await side.stop();
    await broker.stop();
    await server.stop();
  }
  return toldOf(sides, events);
}

async function openSide(name, { owner, ...of }) {
  const stand = new Stand({ owner, ...of });
  try {
    const recorder = await stand.start('recorder');
    await stand.start('projector');
    const reporter = await stand.start('reporter');
    const token = await stand.token(recorder);
    // What was published before the first round is no part of it.
    await settled(owner);
    const run = async (plan) => {
      // Anew each time: a connection that nobody uses for long is closed.
      const lines = await openLines(recorder.port, CONNECTIONS.commands);
      const readers = await openLines(reporter.port, CONNECTIONS.reads);
      const { whole, ...found } = await aRound({ token, port: reporter.port, lines, readers, ...plan });
      for (const line of [...lines, ...readers]) line.end();
      await settled(owner);
      return { ...found, wholeP50: whole.p50, wholeP99: whole.p99, wholeMax: whole.max };
    };
    return { name, found: [], run, stop: () => stand.stop() };
  } catch (fault) {
    await stand.stop();
    throw fault;
  }
}

const openLines = (port, count) => Promise.all(Array.from({ length: count }, () => openLine(port)));

function toldOf(sides, events) {
  const fields = ['perSecond', 'commandP99', 'p99', 'wholeP50', 'wholeP99', 'wholeMax'];
  const columns = ['commands/s', 'answered: p99 ms', 'visible after that: p99 ms'];
  const wholes = ['visible in all: p50 ms', 'p99 ms', 'longest ms'];
  const [through] = sides;
  return {
    title: 'visible-kafka',
    tables: [
      {
        caption: `From when a command was due to its effect in a figure, services apart, log of ${told(events)} events`,
        columns: ['what', ...columns, ...wholes],
        rows: sides.map(({ name, found }) => [name, ...fields.map((field) => told(medianOf(found, field)))]),
      },
    ],
    targets: [
      target(WHAT, { most: 250, measured: medianOf(through.found, 'wholeP99'), unit: ' ms' }),
      target('commands a second that were sent', {
        least: 0.97 * PER_SECOND,
        measured: medianOf(through.found, 'perSecond'),
      }),
    ],
    data: Object.fromEntries(sides.map(({ name, found }) => [name, found])),
  };
}
