// Runs the tests (all, or what Jest's options say) and ends with what passed and failed, also in dist/tests.json.
// --all: with many rounds of the random histories, each as long as it takes, with minutes under fire, and with the long
// drills of the runbook.
import './node-check.mjs';
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

const SUMMARY = 'dist/tests.json';
const RESULTS = 'dist/jest.json';

const given = process.argv.slice(2);
const isLong = given.includes('--all');
// Last, since Jest takes the paths that follow it for more projects.
const isProject = (arg) => arg.startsWith('--selectProjects=');
const args = [...given.filter((arg) => arg !== '--all' && !isProject(arg)), ...given.filter(isProject)];
mkdirSync('dist', { recursive: true });
for (const file of [SUMMARY, RESULTS]) rmSync(file, { force: true });

const started = Date.now();
const jest = spawn(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--no-warnings',
    'node_modules/jest/bin/jest.js',
    '--json',
    `--outputFile=${RESULTS}`,
    ...(isLong ? ['--testTimeout=1800000'] : []),
    ...args,
  ],
  // The results go to the file; what Jest tells people goes to stderr.
  {
    stdio: ['inherit', 'ignore', 'inherit'],
    env: {
      ...(isLong && {
        ...{ ATTEST_TEST_RUNS: '60', ATTEST_TEST_LONG: '1' },
        ...{ ATTEST_TEST_FAULT_ROUNDS: '25', ATTEST_TEST_FAULT_MINUTES: '4' },
      }),
      ...process.env,
    },
  },
);
// Ctrl-C reaches Jest as well, which ends what it started: wait for that.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => jest.kill(signal));
jest.once('exit', (code, signal) => finish(code ?? `signal ${signal}`));

function finish(code) {
  const summary = { ...count(), seconds: Math.round((Date.now() - started) / 1000) };
  // Nothing that Jest can count, such as a database that did not start.
  if (code !== 0 && summary.failed === 0) summary.failed = 1;
  writeFileSync(SUMMARY, `${JSON.stringify(summary, null, 2)}\n`);
  const tiers = Object.entries(summary.tiers).map(([tier, { passed, failed }]) => `${tier} ${passed + failed}`);
  const { passed, failed, skipped, seconds } = summary;
  for (const name of summary.skippedTests) console.log(`did not run: ${name}`);
  console.log(
    `\nTests: ${passed} passed, ${failed} failed${skipped ? `, ${skipped} did not run` : ''} (${tiers.join(', ') || 'none'}) in ${seconds} s`,
  );
  process.exitCode = failed > 0 ? 1 : 0;
}

/** A file that could not run at all counts as one failure. */
function count() {
  const summary = { passed: 0, failed: 0, skipped: 0, tiers: {}, skippedTests: [] };
  for (const { name, status, assertionResults } of results()) {
    const tier = (summary.tiers[/\.(spec|int-spec|e2e-spec|fault-spec)\.ts$/.exec(name)?.[1] ?? 'other'] ??= {
      passed: 0,
      failed: 0,
    });
    const broken = status === 'failed' && !assertionResults.some((test) => test.status === 'failed');
    const add = (outcome, by = 1) => {
      summary[outcome] += by;
      tier[outcome] += by;
    };
    if (broken) add('failed');
    for (const test of assertionResults) {
      if (test.status === 'passed' || test.status === 'failed') add(test.status);
      else {
        summary.skipped += 1;
        summary.skippedTests.push(test.fullName);
      }
    }
  }
  return summary;
}

function results() {
  try {
    return JSON.parse(readFileSync(RESULTS, 'utf8')).testResults;
  } catch {
    return [];
  }
}
