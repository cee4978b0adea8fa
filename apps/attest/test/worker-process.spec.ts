import { expect, test } from '@jest/globals';
import { problemOf } from '#http';
import type { PrintOrder } from '#reports';
import { WorkerProcess, type Begin } from '#hosting/src/worker/worker-process.js';

test('without a worker, who asks for a report is told that, and not that the ledger is gone', async () => {
  const worker = new WorkerProcess(
    'main.js',
    () => ({}) as Begin,
    () => undefined,
  );
  const fault: unknown = await worker.print({} as PrintOrder).catch((reason: unknown) => reason);
  expect(problemOf(fault)).toMatchObject({ status: 503, code: 'no-worker', headers: { 'retry-after': '1' } });
  expect(problemOf(fault).message).toContain('The worker that makes reports');
});
