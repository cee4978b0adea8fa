// The past over HTTP: the draft of an interim report (as HTML, and as the JSON that is hashed) of a project of usual size
// and a page of its register of trainings, all as of the ordinal in the middle of the log; on the long log and on one a tenth as long, in turn.
import { startApp } from './server.mjs';
import { latencies, medianOf, ratioOf, target, told } from './stats.mjs';
import { openLine, request } from './http-line.mjs';

export async function asOf(bench) {
  const { requests, rounds } = bench.quick ? { requests: 3, rounds: 1 } : { requests: 30, rounds: 5 };
  const logs = { long: await bench.ledger(bench.long), tenth: await bench.ledger(bench.tenth) };
  const results = { report: sided(), json: sided(), list: sided() };
  const sides = [];
  try {
    for (const [name, { folder, events, projects }] of Object.entries(logs)) {
      const app = await startApp(folder);
      await app.ready();
      const line = await openLine(app.port);
      sides.push({ name, app, line, headers: { authorization: `Bearer ${await app.token()}` } });
      const { id, periods } = projects[Math.floor(projects.length / 5)];
      const middle = Math.floor(events / 2);
      sides.at(-1).paths = {
        report: `/v1/projects/${id}/periods/${periods[3].id}/draft?format=html&asOf=${middle}`,
        json: `/v1/projects/${id}/periods/${periods[3].id}/draft?format=json&asOf=${middle}`,
        list: `/v1/projects/${id}/trainings?limit=100&asOf=${middle}`,
      };
      sides.at(-1).events = events;
      sides.at(-1).first = await each(sides.at(-1), 1);
    }
    for (let turn = 0; turn < rounds; turn += 1) {
      for (const side of turn % 2 === 0 ? sides : sides.toReversed()) {
        const found = await each(side, requests);
        for (const what of Object.keys(results)) results[what][side.name].push(found[what]);
      }
    }
  } finally {
    for (const { line, app } of sides) {
      line.end();
      await app.stop();
    }
  }
  const first = Object.fromEntries(sides.map(({ name, first: found }) => [name, found]));
  return {
    title: 'as-of',
    tables: [tableOf(results, logs, first)],
    targets: targetsOf(results),
    data: { results, first },
  };
}

const sided = () => ({ long: [], tenth: [] });

/** One after the other on one connection. */
async function each({ line, paths, headers }, requests) {
  const found = {};
  for (const [what, path] of Object.entries(paths)) {
    const samples = [];
    let bytes = 0;
    for (let index = 0; index < requests; index += 1) {
      const since = performance.now();
      const { status, body } = await line.send(request('GET', path, headers));
      samples.push(performance.now() - since);
      if (status !== 200) throw new Error(`GET ${path}: ${status} ${body.toString().slice(0, 300)}`);
      bytes = body.length;
    }
    found[what] = { ...latencies(samples), bytes };
  }
  return found;
}

function tableOf(results, logs, first) {
  const named = {
    report: 'draft of an interim report, HTML',
    json: 'the same as JSON',
    list: '100 trainings of the register',
  };
  const rows = Object.entries(results).flatMap(([what, sides]) =>
    Object.entries(sides).map(([name, rounds]) => [
      named[what],
      told(logs[name].events),
      told(medianOf(rounds, 'p50')),
      told(medianOf(rounds, 'p99')),
      told(first[name][what].p50),
      told(rounds[0].bytes / 1_024),
    ]),
  );
  const columns = ['what', 'events in the log', 'p50 ms', 'p99 ms', 'the very first, ms', 'KiB'];
  return { caption: 'As of the ordinal in the middle of the log', columns, rows };
}

function targetsOf({ report, list }) {
  return [
    target('report as of the middle, p50', { most: 100, measured: medianOf(report.long, 'p50'), unit: ' ms' }),
    target('register list as of the middle, p50', { most: 100, measured: medianOf(list.long, 'p50'), unit: ' ms' }),
    target('report: long log / a tenth of it', { most: 1.2, measured: ratioOf(report.long, report.tenth, 'p50') }),
    target('register list: long log / a tenth of it', { most: 1.2, measured: ratioOf(list.long, list.tenth, 'p50') }),
  ];
}
