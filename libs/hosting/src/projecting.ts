import type { Logger } from 'pino';
import { posting, registers } from '#catalogue';
import type { OrderedEvent } from '#event-sourcing';
import type { RelayStanding } from '#kafka/src/relay.js';
import { Waiter } from '#postgres/src/bell.js';
import { Leading, type LeadingOptions } from '#postgres/src/leading.js';
import type { Subscription } from '#postgres/src/lease.js';
import { OrderRunner } from '#postgres/src/order-runner.js';
import { ProjectionRunner } from '#postgres/src/projection-runner.js';
import { PostgresRelayCheckpoint } from '#postgres/src/relay-checkpoint.js';
import type { Backend } from './backend.js';
import type { KafkaSettings } from './settings/engine-settings.js';
import type { Traces } from './tracing/traced-ports.js';

/** Where the log is published, and whether projections follow what is published in the place of the log. */
export interface Streaming {
  kafka: KafkaSettings | undefined;
  projectFrom: 'log' | 'kafka';
}

export interface ProjectingOptions extends Streaming {
  backend: Backend;
  ledgerSecret: Buffer;
  /** In the leases. */
  holder: string;
  logger: Logger;
  traces?: Traces;
}

/** What keeps ordinals, registers, the indicator ledger and what is published up with the log. */
export interface Projecting {
  /** Which of the subscriptions this one leads at the moment, by their name. */
  leads(): Record<string, boolean>;
  /** How publishing stands; undefined while this process does not publish. */
  published(): Readonly<RelayStanding> | undefined;
  /** Lets what is under way end, and others lead. */
  stop(): Promise<void>;
}

interface Runner {
  readonly leads: boolean;
  start(): void;
  stop(): Promise<void>;
}

/** Several processes may start it: of each subscription one leads. */
export async function startProjecting({
  backend,
  ledgerSecret,
  kafka,
  projectFrom,
  ...options
}: ProjectingOptions): Promise<Projecting> {
  const { holder, logger, traces } = options;
  const { pool, store } = backend;
  const log = (message: string, { fault, ...detail }: Record<string, unknown>) =>
    logger[fault === undefined ? 'info' : 'warn'](
      // What a projection stopped at is no error, and names its event.
      { ...detail, [fault instanceof Error ? 'err' : 'fault']: fault },
      message,
    );
  const leading: LeadingOptions = { pool, holder, log };
  const wake = new Waiter();
  const isFed = kafka !== undefined && projectFrom === 'kafka';
  const streaming = kafka && (await import('./streaming.js'));
  const feed = isFed ? streaming!.feedOf(kafka, log) : undefined;
  const runners: Partial<Record<Subscription, Runner>> = {
    projections: new ProjectionRunner({
      ...leading,
      store,
      ledgerSecret,
      registers,
      postings: [posting],
      feed,
      applied: stepOf(traces, 'project'),
      given: wake.ring,
    }),
  };
  if (isFed) runners.order = new OrderRunner({ ...leading, store, ledgerSecret, given: wake.ring });
  const published = stepOf(traces, 'publish');
  const { sequence } = backend.readModels;
  const relay = kafka && streaming!.relayTo(kafka, { log: sequence, wake, report: log, published });
  if (relay) {
    runners.relay = new Leading(leading, 'relay', 'Publishing', ({ token }, signal, begun) =>
      relay.run(new PostgresRelayCheckpoint(pool, token), signal, begun),
    );
  }
  for (const runner of Object.values(runners)) runner.start();
  return {
    leads: () => Object.fromEntries(Object.entries(runners).map(([name, runner]) => [name, runner.leads])),
    published: () => relay?.standing,
    stop: async () => {
      await Promise.all(Object.values(runners).map((runner) => runner.stop()));
    },
  };
}

const stepOf = (traces: Traces | undefined, step: string) =>
  traces && ((events: readonly OrderedEvent[], since: number) => traces.noteStep(step, events, since));
