import { setTimeout as delay } from 'node:timers/promises';
import { Gauge, type Registry } from 'prom-client';

/** Milliseconds that whoever is asked gets: a page without its numbers is better than none. */
const PATIENCE = 1_000;

/** Numbers of one kind that some process alone has: what they say, and each by the value of the label. Asked each time. */
export interface OwnGauge {
  help: string;
  label: string;
  values(): Promise<Readonly<Record<string, number>>>;
}
export type OwnGauges = Readonly<Record<string, OwnGauge>>;

export function registerGauges(gauges: OwnGauges, registry: Registry): void {
  for (const [name, { help, label, values }] of Object.entries(gauges)) {
    new Gauge({
      ...{ name, help, labelNames: [label], registers: [registry] },
      async collect() {
        this.reset();
        for (const [value, number] of Object.entries((await inTime(values())) ?? {}))
          this.set({ [label]: value }, number);
      },
    });
  }
}

/** Undefined where it fails, or takes too long. */
export const inTime = <T>(work: Promise<T>): Promise<T | undefined> =>
  Promise.race([work, delay(PATIENCE, undefined, { ref: false })]).catch(() => undefined);
