// What it takes: from `attest start` on an existing data folder to the first answer (a list of projects, with a token),
// and the memory of all its processes when nobody asks anything. Memory is PSS: what processes share counts once.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { memoryOf, processTree } from './machine.mjs';
import { startApp } from './server.mjs';
import { median, target, told } from './stats.mjs';

export async function footprint(bench) {
  const { folder, events } = await bench.ledger(bench.tenth);
  const starts = [];
  let processes = [];
  for (let turn = 0; turn < (bench.quick ? 1 : 5); turn += 1) {
    const since = performance.now();
    const app = await startApp(folder);
    try {
      const token = readFileSync(join(folder, 'admin.token'), 'utf8').trim();
      const response = await fetch(`${app.url}/v1/projects?limit=1`, { headers: { authorization: `Bearer ${token}` } });
      if (!response.ok) throw new Error(`GET /v1/projects: ${response.status}`);
      await response.arrayBuffer();
      starts.push((performance.now() - since) / 1_000);
      if (turn === 0) {
        await delay(bench.quick ? 2_000 : 20_000);
        processes = memoryOf(processTree(app.pid));
      }
    } finally {
      await app.stop();
    }
  }
  const start = median(starts);
  const total = processes.reduce((sum, { mib }) => sum + mib, 0);
  const isKnown = processes.length > 0;
  const roles = Object.groupBy(processes, ({ name }) => roleOf(name));
  const rows = Object.entries(roles).map(([role, own]) => [
    role,
    own.length,
    told(own.reduce((sum, { mib }) => sum + mib, 0)),
  ]);
  return {
    title: 'footprint',
    tables: [
      {
        caption: `Start on a data folder of ${told(events)} events`,
        columns: ['starts', 'seconds to the first answer'],
        rows: [[starts.length, told(start)]],
      },
      {
        caption: 'Memory when idle, PSS',
        columns: ['what', 'processes', 'MiB'],
        rows: [...rows, ['all', processes.length, told(total)]],
      },
    ],
    targets: [
      target('start to first answer', { most: 3, measured: start, unit: ' s' }),
      target('idle memory of everything', {
        most: 300,
        measured: isKnown ? total : undefined,
        unit: ' MiB',
        missing: 'this system has no /proc/<pid>/smaps_rollup',
      }),
    ],
    data: { starts, processes },
  };
}

function roleOf(name) {
  if (/main\.js start/.test(name)) return 'application';
  if (/main\.js worker/.test(name)) return 'worker';
  return 'PostgreSQL';
}
