// Plays rounds of faults (test/faults): `npm run faults -- --rounds 200 --seed 7`. One line per round: what failed, how
// much was done. `--load`: instead, 256 clients at full speed for a minute, and what that does to memory.
import './node-check.mjs';
import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';

const USAGE = 'npm run faults -- [--rounds <number, 25>] [--seed <number>] | --load [--seconds <number, 60>]';
const given = read();
const [tests, environment] = given.load
  ? ['faults/load', { ATTEST_TEST_LOAD_SECONDS: given.seconds }]
  : ['faults/under-fire', { ATTEST_TEST_FAULT_ROUNDS: given.rounds, ATTEST_TEST_FAULT_SEED: given.seed }];
const jest = spawn(
  process.execPath,
  ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js']
    .concat(['--testPathPatterns', tests])
    .concat(['--selectProjects=real']),
  { stdio: 'inherit', env: { ...process.env, ...environment } },
);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => jest.kill(signal));
jest.once('exit', (code) => (process.exitCode = code ?? 1));

function read() {
  try {
    const number = { type: 'string' };
    const options = { rounds: number, seed: number, seconds: number, load: { type: 'boolean' } };
    const { values } = parseArgs({ options });
    const numbers = { rounds: '25', seed: String(Math.floor(Math.random() * 1e6)), seconds: '60', ...values };
    for (const name of ['rounds', 'seed', 'seconds']) {
      if (!/^\d{1,9}$/.test(numbers[name])) throw new Error(`--${name} is "${numbers[name]}": it takes a number.`);
    }
    return numbers;
  } catch (fault) {
    console.error(`${fault.message}\n${USAGE}`);
    process.exit(2);
  }
}
