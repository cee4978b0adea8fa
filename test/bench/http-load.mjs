// The client of the HTTP sections, in a process of its own. `closed`: each connection sends its next request when it has
// its answer. `open`: requests are sent at their times whether or not those before have been answered, and a latency
// counts from the time at which it was due, so that waiting in line is not left out.
import { randomUUID } from 'node:crypto';
import { openLine, request } from './http-line.mjs';
import { answering } from './server.mjs';
import { latencies } from './stats.mjs';

const lines = new Map();

/** Connections are kept from round to round, as clients would. `ports` in a plan: they are shared out among these. */
async function linesTo(port, count) {
  const open = lines.get(port) ?? [];
  lines.set(port, open);
  while (open.length < count) open.push(await openLine(port));
  return open.slice(0, count);
}

/** What a request asks for; each command is another one, under a key of its own. */
const kinds = {
  training({ token, project, activities }, turn) {
    const id = randomUUID();
    const facts = {
      ...{
        id,
        activity: activities[turn % activities.length],
        kind: 'workshop',
        title: 'Workshop on data of migration',
      },
      ...{ occurredOn: '2021-10-18/2021-10-19', days: 2, place: 'Tunis', country: 'TN' },
    };
    const headers = { authorization: `Bearer ${token}`, 'idempotency-key': id };
    return request('POST', `/v1/projects/${project}/trainings`, headers, JSON.stringify(facts));
  },
  get({ token, paths }, turn) {
    return request('GET', paths[turn % paths.length], { authorization: `Bearer ${token}` });
  },
};

answering(async (plan) => {
  const { ports = [plan.port], connections, seconds, warm = 0, kind, rate } = plan;
  const open = [];
  for (const [index, port] of ports.entries()) {
    open.push(...(await linesTo(port, Math.floor((connections + index) / ports.length))));
  }
  const samples = [];
  const wrong = new Map();
  let turn = 0;
  const begin = performance.now() + 1_000 * warm;
  const end = begin + 1_000 * seconds;
  const one = async (line, due) => {
    const bytes = kinds[kind](plan, (turn += 1));
    const since = due ?? performance.now();
    const { status, body } = await line.send(bytes);
    const now = performance.now();
    if (status >= 300) wrong.set(status, `${status}: ${body.toString().slice(0, 300)}`);
    else if (since >= begin && now <= end) samples.push(now - since);
  };
  if (rate === undefined) {
    await Promise.all(
      open.map(async (line) => {
        while (performance.now() < end) await one(line);
      }),
    );
  } else {
    await sendAtTimes(open, { rate, from: performance.now(), end }, one);
  }
  if (wrong.size > 0) throw new Error(`answers that were not expected: ${[...wrong.values()].join('; ')}`);
  const { count, p50, p99, max } = latencies(samples);
  return { perSecond: count / seconds, count, p50, p99, max };
});

/** Whoever is free takes what is due; with too few connections requests wait, and that counts. */
async function sendAtTimes(open, { rate, from, end }, one) {
  let next = 0;
  await Promise.all(
    open.map(async (line) => {
      for (;;) {
        const due = from + (1_000 * next) / rate;
        if (due >= end) return;
        next += 1;
        const wait = due - performance.now();
        if (wait > 0) await new Promise((done) => setTimeout(done, wait));
        await one(line, due);
      }
    }),
  );
}
