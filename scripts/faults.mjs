// Plays rounds of faults (test/faults): `npm run faults -- --rounds 200 --seed 7`. One line per round: what failed, how
// much was done. `--services`: of recorders, projectors and a reporter that run apart, with Kafka (test/services); `--long`:
// one round of these, so many minutes under load. `--load`: instead, 256 clients at full speed for a minute, and what that
// does to memory.
import './node-check.mjs';
import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';

const USAGE = `npm run faults -- [--services] [--rounds <number, 25>] [--seed <number>]
npm run faults -- --services --long [--minutes <number, 5>] [--rounds <number, 1>] [--seed <number>]
npm run faults -- --load [--seconds <number, 60>]`;
const given = read();
const [tests, environment] = given.load
  ? ['faults/load', { ATTEST_TEST_LOAD_SECONDS: given.seconds }]
  : [
      given.services ? 'services/services-under-fire' : 'faults/under-fire',
      {
        ATTEST_TEST_FAULT_ROUNDS: given.rounds,
        ATTEST_TEST_FAULT_SEED: given.seed,
        ATTEST_TEST_FAULT_SIZE: given.long ? 'long' : 'short',
        ATTEST_TEST_FAULT_MINUTES: given.minutes,
      },
    ];
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
    const yes = { type: 'boolean' };
    const numbers = { rounds: number, seed: number, seconds: number, minutes: number };
    const { values } = parseArgs({ options: { ...numbers, load: yes, services: yes, long: yes } });
    if (values.long && !values.services) throw new Error('--long is of rounds with --services.');
    const seed = String(Math.floor(Math.random() * 1e6));
    const all = { rounds: values.long ? '1' : '25', seed, seconds: '60', minutes: '5', ...values };
    for (const name of Object.keys(numbers)) {
      const isOne = name === 'minutes' ? /^\d{1,4}(\.\d+)?$/ : /^\d{1,9}$/;
      if (!isOne.test(all[name])) throw new Error(`--${name} is "${all[name]}": it takes a number.`);
    }
    return all;
  } catch (fault) {
    console.error(`${fault.message}\n${USAGE}`);
    process.exit(2);
  }
}
