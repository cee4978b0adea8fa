import { jest } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Stand } from '../faults/stand.js';
import { describeLong } from '../support/long.js';
import { Drill } from './drill.js';

/** The page of docs/runbook.md about a full disk, on a small one of its own. */

jest.setTimeout(120_000);

let folder: string;
let stand: Stand | undefined;
describeLong('a drill on a disk of its own', () => {
  beforeAll(() => {
    folder = mkdtempSync(join(process.env.ATTEST_TEST_FOLDER ?? tmpdir(), 'drill-'));
    chmodSync(folder, 0o755);
  });
  afterAll(async () => {
    await stand?.stop();
    spawnSync('umount', [folder]);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }, 60_000);

  function fill(): void {
    for (let n = 0, size = 2 ** 24; size >= 2 ** 12; n += 1) {
      const { bavail, bsize } = statfsSync(folder);
      if (bavail * bsize < size) size /= 2;
      else writeFileSync(join(folder, `ballast-${n}`), Buffer.alloc(size));
    }
  }

  function makeRoom(): void {
    for (let n = 0; existsSync(join(folder, `ballast-${n}`)); n += 1) rmSync(join(folder, `ballast-${n}`));
  }

  test('2. The disk is full', async () => {
    const mount = ['-t', 'tmpfs', '-o', 'size=256m,mode=755', 'attest-drill', folder];
    if (spawnSync('mount', mount).status !== 0) {
      console.warn('No small disk can be mounted here: the drill of "2. The disk is full" was not run.');
      return;
    }
    const drill = new Drill('2. The disk is full', folder);
    stand = new Stand('embedded', folder, { ATTEST_METRICS: '127.0.0.1:0' });
    await stand.start();
    drill.is('http://127.0.0.1:3000', await stand.attest.url());
    const { metrics } = JSON.parse(readFileSync(join(folder, 'data/attest.json'), 'utf8')) as { metrics: string };
    drill.is('http://127.0.0.1:9464', new URL(metrics).origin);
    fill();
    await drill.sees();
    await drill.does();
    await drill.does();
    makeRoom();
    await drill.sees();
    drill.end();
  });
});
