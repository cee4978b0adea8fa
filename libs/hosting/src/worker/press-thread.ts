import { parentPort, workerData } from 'node:worker_threads';
import { ReportPrinter, type NotPrinted, type PrintOrder } from '#reports';
import { Backend, LONG_PATIENCE } from '../backend.js';
import { readsOf, type ReadPlace } from '../replica.js';

/** What runs in a thread of its own, with connections of its own: orders become files. */

export interface Printing {
  job: number;
  order: PrintOrder;
}

export type Printed = { job: number } & ({ result: Uint8Array<ArrayBuffer> | NotPrinted } | { fault: string });

const place = workerData as ReadPlace;
const backend = await Backend.open(place, 'attest press', {}, LONG_PATIENCE);
const { readModels, ledger } = readsOf(place, 'attest press', backend, LONG_PATIENCE);
const press = new ReportPrinter(readModels, ledger, backend.store);

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
