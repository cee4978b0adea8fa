import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';
import {
  ConcurrencyConflict,
  EventIdReused,
  GuardBroken,
  Recorder,
  Rejection,
  LogDamaged,
  StoreBusy,
  StoreUnavailable,
  UnacceptableEvent,
  type Appended,
  type Command,
  type CommandEnvelope,
  type Outcome,
} from '#event-sourcing';
import type { Answered } from '#http';
import type { Service } from '../settings/setting.js';
import { registerGauges, type OwnGauges } from './own-gauge.js';

/** Seconds: from an append on a fast disk to the longest that a command may wait. */
const buckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
const sizes = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_000];

/**
 * What one process counts. Labels take few values: names of commands, patterns of routes, outcomes; never an id, a
 * path or what people wrote.
 */
export class Metrics {
  readonly #registry = new Registry();
  readonly #appends = this.#histogram('attest_append_seconds', 'From an append to its answer.', ['outcome']);
  readonly #commands = this.#histogram('attest_command_seconds', 'From a command to its outcome.', [
    'command',
    'outcome',
  ]);
  readonly #requests = this.#histogram('attest_http_request_seconds', 'From a request to its answer.', [
    'method',
    'route',
  ]);
  readonly #batches = new Histogram({
    name: 'attest_append_batch_size',
    help: 'Appends that share one transaction and one flush.',
    buckets: sizes,
    registers: [this.#registry],
  });
  readonly #answers = new Counter({
    name: 'attest_http_requests_total',
    help: 'Requests answered.',
    labelNames: ['method', 'route', 'status'],
    registers: [this.#registry],
  });

  constructor(process: 'application' | 'worker' | Service) {
    this.#registry.setDefaultLabels({ process });
    collectDefaultMetrics({ register: this.#registry });
  }

  readonly onBatch = (appends: number): void => this.#batches.observe(appends);

  readonly onAnswer = ({ method, route, status, seconds }: Answered): void => {
    this.#requests.observe({ method, route }, seconds);
    this.#answers.inc({ method, route, status });
  };

  append(work: () => Promise<Appended>): Promise<Appended> {
    return timed(
      work,
      ({ repeated }) => (repeated ? 'repeated' : 'written'),
      (outcome, seconds) => this.#appends.observe({ outcome }, seconds),
    );
  }

  command(command: string, work: () => Promise<Outcome>): Promise<Outcome> {
    return timed(
      work,
      ({ code }) => code,
      (outcome, seconds) => this.#commands.observe({ command, outcome }, seconds),
    );
  }

  /** What this process alone has, and is asked for each time. */
  watch(gauges: OwnGauges): void {
    registerGauges(gauges, this.#registry);
  }

  /** In the text format of Prometheus. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }

  #histogram<Label extends string>(name: string, help: string, labelNames: Label[]) {
    return new Histogram({ name, help, labelNames, buckets, registers: [this.#registry] });
  }
}

async function timed<T>(
  work: () => Promise<T>,
  outcomeOf: (result: T) => string,
  note: (outcome: string, seconds: number) => void,
): Promise<T> {
  const since = performance.now();
  let outcome = '';
  try {
    const result = await work();
    outcome = outcomeOf(result);
    return result;
  } catch (fault) {
    outcome = faultName(fault);
    throw fault;
  } finally {
    note(outcome, (performance.now() - since) / 1_000);
  }
}

const faults: readonly [abstract new (...args: never) => Error, string][] = [
  [Rejection, 'rejected'],
  // Each conflict of an append is a decision that the recorder makes again.
  [ConcurrencyConflict, 'conflict'],
  [GuardBroken, 'conflict'],
  [EventIdReused, 'repeated'],
  [UnacceptableEvent, 'refused'],
  [StoreBusy, 'busy'],
  [LogDamaged, 'damaged'],
  [StoreUnavailable, 'unavailable'],
];

const faultName = (fault: unknown) => faults.find(([type]) => fault instanceof type)?.[1] ?? 'failed';

// ── What is counted ──

export class MeasuredRecorder extends Recorder {
  constructor(
    private readonly metrics: Metrics,
    ...recorder: ConstructorParameters<typeof Recorder>
  ) {
    super(...recorder);
  }

  override record(command: Command, envelope: CommandEnvelope): Promise<Outcome> {
    return this.metrics.command(command.constructor.name, () => super.record(command, envelope));
  }
}
