// Whether commands stay quick while the worker is busy: 50 commands a second, sent at their times, first with nothing
// else to do, then while all read models are rebuilt from the long log and the draft of a report of a very large project
// is printed again and again (DOCX). The busy rounds come after the idle ones: a rebuild cannot be stopped in between.
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { PostgresProjections } from '#postgres/src/postgres-projections.js';
import { ask, helper, ownerOf, settled, startApp } from './server.mjs';
import { medianOf, target, told } from './stats.mjs';

/** Characters of text on a page of a report. */
const PAGE = 2_500;
const RATE = 50;

export async function calm(bench) {
  const { seconds, rounds } = bench.quick ? { seconds: 1.5, rounds: 1 } : { seconds: 10, rounds: 3 };
  const { folder, projects, big, events } = await bench.ledger(bench.long);
  const app = await startApp(folder);
  await app.ready();
  const client = helper('http-load.mjs');
  const results = { idle: [], busy: [] };
  const prints = [];
  let isOver = false;
  try {
    const owner = ownerOf(folder);
    const token = await app.token();
    const { id: project, activities } = projects.at(-1);
    const plan = {
      kind: 'training',
      port: app.port,
      connections: 32,
      rate: RATE,
      seconds,
      warm: 1,
      token,
      project,
      activities,
    };
    await settled(owner);
    for (let turn = 0; turn < rounds; turn += 1) results.idle.push(await client.ask(plan));
    await settled(owner);

    const path = `/v1/projects/${big.id}/periods/${big.periods[3].id}/draft`;
    const page = await print(`${app.url}${path}?format=html`, token);
    const pages = Math.round(page.toString().replaceAll(/<style.*?<\/style>|<[^>]*>/gs, '').length / PAGE);
    await rebuildAll(owner);
    await delay(2_000); // until the worker has looked for requests, as it does every second
    const printing = (async () => {
      while (!isOver) {
        const since = performance.now();
        await print(`${app.url}${path}?format=docx`, token).catch((fault) => isOver || prints.push(String(fault)));
        if (!isOver) prints.push((performance.now() - since) / 1_000);
      }
    })();
    for (let turn = 0; turn < rounds; turn += 1) results.busy.push(await client.ask(plan));
    const [{ filling }] = await ask(
      owner,
      `select count(*)::int as filling from read.projections where state = 'filling'`,
    );
    isOver = true;
    if (filling === 0) bench.loud('calm: the rebuild was over before the busy rounds were.');
    if (!bench.quick && pages < 1_000) bench.loud(`calm: the report has ${pages} pages, not 1,000.`);
    const faults = prints.filter((one) => typeof one === 'string');
    if (faults.length > 0) bench.loud(`calm: printing failed: ${faults[0]}`);
    void printing;
    return sectionOf(results, { events, pages, prints, filling });
  } finally {
    isOver = true;
    await client.end();
    await app.stop();
  }
}

async function print(url, token) {
  const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
  const body = Buffer.from(await response.arrayBuffer());
  if (!response.ok) throw new Error(`GET ${url}: ${response.status} ${body.toString().slice(0, 300)}`);
  return body;
}

async function rebuildAll(owner) {
  const pool = new pg.Pool({ ...owner, max: 1 });
  const { rows } = await pool.query(`select name from read.projections where state = 'live'`);
  for (const { name } of rows) await new PostgresProjections(pool).rebuild(name);
  await pool.end();
}

function sectionOf({ idle, busy }, { events, pages, prints, filling }) {
  const rows = [
    ['idle', idle],
    ['a rebuild and a report under way', busy],
  ].map(([name, rounds]) => [
    name,
    ...['perSecond', 'p50', 'p99', 'max'].map((field) => told(medianOf(rounds, field))),
  ]);
  const times = busy.map((round) => ({ p99: round.p99 / medianOf(idle, 'p99').median }));
  return {
    title: 'calm',
    tables: [
      {
        caption: `Commands at ${RATE} a second, log of ${told(events)} events`,
        columns: ['worker', 'commands/s', 'p50 ms', 'p99 ms', 'longest ms'],
        rows,
      },
    ],
    notes: [
      `The report had about ${pages} pages (${PAGE} characters each) and was printed ${prints.length} times meanwhile; ${filling} projections were still being rebuilt at the end.`,
    ],
    targets: [
      target('p99 while busy / idle', { most: 3, measured: medianOf(times, 'p99') }),
      target('longest request while busy', {
        most: 250,
        measured: Math.max(...busy.map(({ max }) => max)),
        unit: ' ms',
      }),
    ],
    data: { idle, busy, pages, prints },
  };
}
