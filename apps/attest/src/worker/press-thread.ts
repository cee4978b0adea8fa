import { parentPort, workerData } from 'node:worker_threads';
import type pg from 'pg';
import { ReportPrinter, type NotPrinted, type PrintOrder } from '#reports';
import { Backend, LONG_PATIENCE } from '../backend.js';

/** What runs in a thread of its own, with connections of its own: orders become files. */

export interface Printing {
  job: number;
  order: PrintOrder;
}

export type Printed = { job: number } & ({ result: Uint8Array<ArrayBuffer> | NotPrinted } | { fault: string });

const { readModels, ledger, store } = new Backend(
  workerData as pg.ClientConfig,
  'attest press',
  undefined,
  LONG_PATIENCE,
);
const press = new ReportPrinter(readModels, ledger, store);

parentPort?.on('message', ({ job, order }: Printing) => {
  press.print(order).then(
    (result) => {
      if (typeof result === 'string') return tell({ job, result });
      // A copy with bytes of its own: those are handed over, not copied again.
      const file = new Uint8Array(result);
      tell({ job, result: file }, [file.buffer]);
    },
    (fault: unknown) => tell({ job, fault: String(fault) }),
  );
});

const tell = (printed: Printed, handedOver: ArrayBuffer[] = []) => parentPort?.postMessage(printed, handedOver);
