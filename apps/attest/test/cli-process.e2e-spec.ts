import { afterAll, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compiledMain } from '#hosting/src/program.js';
import { run } from './started.js';

/** What the whole program says to a wrong word, and how it ends. */

const folder = mkdtempSync(join(tmpdir(), 'attest-process-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a thing that is no id is told, and wrongly asked', () => {
  const { status, stderr } = run(['history', 'nope']);
  expect({ status, stderr }).toEqual({ status: 2, stderr: 'nope is no id of a thing: a UUID in lower case.\n' });
});

test('a wrong flag is answered with the help of its command', () => {
  expect(run(['token', 'create', '--bogus'])).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('(attest token create --help says what it takes)') as unknown,
  });
  expect(run(['bogus']).stderr).toContain('(attest --help says what there is)');
});

test('an address that is none is told by its setting', () => {
  const start = (host: string) =>
    run(['start', '--data', join(folder, 'none')], { ATTEST_HOST: host, ATTEST_PORT: '3999' });
  for (const host of ['300.1.1.1', '192.0.2.1']) {
    const { status, stderr } = start(host);
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: expect.stringContaining(`ATTEST_HOST names ${host}, which is no address of this machine`) as unknown,
    });
  }
}, 30_000);

test.each([
  ['1y', 'There is no ledger in'],
  ['2y', '--expires is "2y": it takes a number and a unit, such as 90m, 12h, 30d, 2w or 1y, and 366 days at most.'],
])('a token for %s', (expires, sentence) => {
  const of = ['--actor', 'A', '--role', 'officer', '--project', '*', '--data', join(folder, 'none')];
  expect(run(['token', 'create', ...of, '--expires', expires])).toMatchObject({
    status: 2,
    stderr: expect.stringContaining(sentence) as unknown,
  });
});

test('a reader who has enough is no fault', () => {
  const reads = `set -o pipefail; "${process.execPath}" "${compiledMain()}" completion bash | true`;
  const { status, stderr } = spawnSync('bash', ['-c', reads], { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});
