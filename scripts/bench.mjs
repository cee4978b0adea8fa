// Measures the speed of Attest beside that of its peers, and says whether the targets are met: docs/benchmarks.md.
//   npm run bench                          all sections, in about half an hour
//   npm run bench -- append command       these sections
//   npm run bench -- --quick               all of them with small sizes, in a few minutes: whether they run, no figures
//   npm run bench -- command --write       puts the tables of these sections into docs/benchmarks.md
// Also: --json <file> (out/bench.json), --seed <n> (1), --folder <where the data goes> (the system's temporary folder).
import './node-check.mjs';
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    json: { type: 'string', default: 'out/bench.json' },
    seed: { type: 'string', default: '1' },
    folder: { type: 'string' },
  },
});

const built = spawnSync(process.execPath, ['scripts/build.mjs'], { encoding: 'utf8' });
if (built.status !== 0) throw new Error(`The build failed, so nothing can be measured:\n${built.stderr}`);
// What is measured is imported compiled: only now is it there.
const { runBench } = await import('../test/bench/run.mjs');
process.exitCode = await runBench({ ...values, seed: Number(values.seed), sections: positionals });
