// How soon a figure tells what was recorded. 200 commands a second, sent at their times: each reports a value for one of
// 40 indicators. Of every tenth the figure is asked for as soon as the command is answered, having to know its position
// (Attest-Min-Position); the time from the one answer to the other counts, once the figure's entries name the event.
import { randomUUID } from 'node:crypto';
import { openLine, request } from './http-line.mjs';
import { ownerOf, settled, startApp } from './server.mjs';
import { latencies, medianOf, target, told } from './stats.mjs';

const PER_SECOND = 200;

export async function visible(bench) {
  const { seconds, rounds } = bench.quick ? { seconds: 1, rounds: 1 } : { seconds: 10, rounds: 3 };
  const { folder, projects, events } = await bench.ledger(bench.long);
  const app = await startApp(folder);
  await app.ready();
  const found = [];
  try {
    const token = await app.token();
    const owner = ownerOf(folder);
    await settled(owner);
    // The last but one indicator of a project takes values that are reported, and adds them up.
    const targets = projects.slice(-40).map(({ id, indicators }) => ({ project: id, indicator: indicators.at(-2) }));
    const lines = await Promise.all(Array.from({ length: 48 }, () => openLine(app.port)));
    const readers = await Promise.all(Array.from({ length: 16 }, () => openLine(app.port)));
    await aRound({ port: app.port, lines, readers, token, targets, seconds: 1 });
    for (let turn = 0; turn < rounds; turn += 1) {
      found.push(await aRound({ port: app.port, lines, readers, token, targets, seconds }));
      await settled(owner);
    }
    for (const line of [...lines, ...readers]) line.end();
  } finally {
    await app.stop();
  }
  const fields = ['perSecond', 'commandP99', 'p50', 'p99', 'max'];
  const columns = [
    'events in the log',
    'commands/s',
    'command p99 ms',
    'visible after: p50 ms',
    'p99 ms',
    'longest ms',
  ];
  return {
    title: 'visible',
    tables: [
      {
        caption: "From a command's answer to its effect in a figure",
        columns,
        rows: [[told(events), ...fields.map((field) => told(medianOf(found, field)))]],
      },
    ],
    targets: [
      target(`visible at ${PER_SECOND} commands a second, p99`, {
        most: 250,
        measured: medianOf(found, 'p99'),
        unit: ' ms',
      }),
      target('commands a second that were sent', { least: 0.97 * PER_SECOND, measured: medianOf(found, 'perSecond') }),
    ],
    data: found,
  };
}

/**
 * `port`: where a reader that is short of a connection opens another one. Milliseconds: `p50`, `p99` and `max` from a
 * command's answer to its effect, `whole` from when it was due to be sent.
 */
export async function aRound({ port, lines, readers, token, targets, seconds, perSecond = PER_SECOND }) {
  const authorization = `Bearer ${token}`;
  const samples = [];
  const wholes = [];
  const commands = [];
  const reading = [];
  const free = [...readers];
  let next = 0;
  const from = performance.now();
  const end = from + 1_000 * seconds;
  const look = async ({ project, indicator }, event, position, { due, answered }) => {
    const line = free.pop() ?? (await openLine(port));
    const path = `/v1/projects/${project}/indicators/${indicator}/figure`;
    const { status, body } = await line.send(request('GET', path, { authorization, 'attest-min-position': position }));
    const now = performance.now();
    free.push(line);
    if (status !== 200) throw new Error(`GET ${path}: ${status} ${body.toString().slice(0, 300)}`);
    if (!body.includes(event)) throw new Error(`the figure of ${indicator} does not name the event ${event}`);
    samples.push(now - answered);
    wholes.push(now - due);
  };
  await Promise.all(
    lines.map(async (line) => {
      for (;;) {
        const turn = next;
        const due = from + (1_000 * turn) / perSecond;
        if (due >= end) return;
        next += 1;
        const wait = due - performance.now();
        if (wait > 0) await new Promise((done) => setTimeout(done, wait));
        const of = targets[turn % targets.length];
        const id = randomUUID();
        const body = JSON.stringify({ id, indicator: of.indicator, value: '1', occurredOn: '2021-10-18' });
        const headers = { authorization, 'idempotency-key': id };
        const answer = await line.send(request('POST', `/v1/projects/${of.project}/observations`, headers, body));
        const now = performance.now();
        commands.push(now - due);
        if (answer.status !== 201)
          throw new Error(`RecordValue: ${answer.status} ${answer.body.toString().slice(0, 300)}`);
        const { events, position } = JSON.parse(answer.body.toString());
        // One in ten, and over time each indicator.
        if (turn % 10 === Math.floor(turn / 40) % 10) {
          const looking = look(of, events[0].id, position, { due, answered: now });
          looking.catch(() => undefined); // Thrown again at the end.
          reading.push(looking);
        }
      }
    }),
  );
  await Promise.all(reading);
  const elapsed = (performance.now() - from) / 1_000;
  return {
    ...latencies(samples),
    whole: latencies(wholes),
    perSecond: commands.length / Math.max(elapsed, seconds),
    commandP99: latencies(commands).p99,
  };
}
