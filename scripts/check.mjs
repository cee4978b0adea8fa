// What must hold before every commit, two steps at a time; a step that fails does not keep the others from running.
import './node-check.mjs';
import { spawn } from 'node:child_process';

const steps = [
  { name: 'lint', run: ['node_modules/eslint/bin/eslint.js', '.'] },
  { name: 'pure tests', run: ['scripts/test.mjs', '--selectProjects=pure', '--silent'] },
  {
    name: 'types',
    run: [
      'node_modules/typescript/bin/tsc',
      '--noEmit',
      '--incremental',
      '--tsBuildInfoFile',
      'dist/types.tsbuildinfo',
    ],
  },
  { name: 'generated files', run: ['scripts/generate.mjs', '--check'] },
  { name: 'format', run: ['node_modules/prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '--cache', '.'] },
];
const mends = { format: 'npm run format', 'generated files': 'npm run generate' };

const started = Date.now();
const seconds = (since) => `${((Date.now() - since) / 1000).toFixed(1)} s`;

function run({ name, run }) {
  const since = Date.now();
  console.log(`  ...   ${name}`);
  return new Promise((resolve) => {
    const step = spawn(process.execPath, run, { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [step.stdout, step.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text));
    step.once('close', (code) => {
      console.log(`  ${code === 0 ? 'pass ' : 'FAIL '} ${name}, ${seconds(since)}`);
      resolve({ name, passed: code === 0, said });
    });
  });
}

const waiting = [...steps];
const results = [];
const worker = async () => {
  for (let step = waiting.shift(); step; step = waiting.shift()) results.push(await run(step));
};
await Promise.all([worker(), worker()]);

const failed = results.filter(({ passed }) => !passed);
for (const { name, said } of failed) console.log(`\n── ${name} ──\n${said.trim()}`);
const hints = failed.flatMap(({ name }) => mends[name] ?? []);
if (hints.length > 0) console.log(`\nMended by: ${hints.join(', ')}`);
const summary = failed.length > 0 ? `${failed.map(({ name }) => name).join(', ')} failed` : 'all passed';
console.log(`\nCheck: ${results.length} steps, ${summary}, ${seconds(started)}`);
process.exitCode = failed.length > 0 ? 1 : 0;
