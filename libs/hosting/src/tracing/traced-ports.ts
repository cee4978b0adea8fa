import { context, SpanStatusCode, trace, type Span } from '@opentelemetry/api';
import {
  commandId,
  type Command,
  type CommandEnvelope,
  type EventStore,
  type Meta,
  type OrderedEvent,
  type Recorder,
} from '#event-sourcing';
import type { BeginTrace } from '#http';
import type { PostgresReadModels } from '#postgres/src/read-models.js';
import type { Tracing } from './tracing.js';

/** Spans around what one waits for. Attributes are names and numbers, never what people wrote. */
export class Traces {
  constructor(private readonly tracing: Tracing) {}

  /** A request as a server's span. */
  readonly beginRequest: BeginTrace = ({ method, route, correlationId }, caller) => {
    const span = this.tracing.request(`${method} ${route}`, correlationId, caller);
    span.setAttributes({ 'http.request.method': method, 'http.route': route });
    return {
      run: (next) => context.with(trace.setSpan(context.active(), span), next),
      end: (status) => endAnswered(span, status),
    };
  };

  /** From now on its commands, each as the span that its events' metadata names. */
  followRecorder(recorder: Recorder): void {
    const record = recorder.record.bind(recorder);
    recorder.record = (command: Command, envelope: CommandEnvelope) => {
      const id = commandId(envelope.actor, envelope.idempotencyKey);
      const place = { commandId: id, correlationId: envelope.correlationId };
      return this.tracing.command(command.constructor.name, place, () => record(command, envelope));
    };
  }

  /** From now on its appends. */
  followStore(store: EventStore): void {
    const append = store.append.bind(store);
    store.append = (stream, expected, events, options) => {
      const attributes = { 'attest.stream': stream, 'attest.events': events.length };
      return this.tracing.within('append', attributes, () => append(stream, expected, events, options));
    };
  }

  /** From now on reads that wait for a write: each is linked to the command that wrote. */
  followReads(reads: PostgresReadModels): void {
    const waitFor = reads.waitFor.bind(reads);
    reads.waitFor = (position, wait, registers) => {
      const attributes = { 'attest.position': String(position), 'attest.registers': [...(registers ?? [])] };
      const linked = (isPassed: boolean) => (isPassed ? metaAt(reads, position) : Promise.resolve(undefined));
      return this.tracing.linking('wait for position', attributes, () => waitFor(position, wait, registers), linked);
    };
  }

  /** A step that has dealt with events since `from`, in the traces of their commands. Milliseconds since the epoch. */
  noteStep(step: string, events: readonly OrderedEvent[], from: number): void {
    const to = Date.now();
    for (const event of events) {
      const meta = metaOf(event);
      if (!meta) continue;
      const attributes = { 'attest.event': event.type, 'attest.ordinal': event.ordinal, 'attest.batch': events.length };
      this.tracing.followed(step, meta, { from, to, attributes });
    }
  }

  /** Sends what is left. */
  end(): Promise<void> {
    return this.tracing.end();
  }
}

function endAnswered(span: Span, status: number): void {
  span.setAttribute('http.response.status_code', status);
  if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}

async function metaAt({ sequence }: PostgresReadModels, position: bigint): Promise<Meta | undefined> {
  const ordinal = await sequence.at(position);
  const [event] = ordinal === undefined ? [] : await sequence.eventsBetween(ordinal, ordinal);
  return event?.meta;
}

/** Undefined of an event that cannot be read: what stumbles over it says so, and its trace is missing. */
function metaOf(event: OrderedEvent): Meta | undefined {
  try {
    return event.meta;
  } catch {
    return undefined;
  }
}
