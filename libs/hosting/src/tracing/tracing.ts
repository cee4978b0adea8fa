import {
  context,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Attributes,
  type Context,
  type Span,
  type SpanContext,
  type Tracer,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, TraceIdRatioBasedSampler, TracerProvider } from '@opentelemetry/sdk-trace';
import { spanIdOf, traceIdOf, tracePlaceOf, type Meta, type TracePlace } from '#event-sourcing';
import { TraceIds } from './trace-ids.js';

export interface TracingOptions {
  /** The collector: OTLP over HTTP, `http://collector:4318`. */
  to: string;
  /** Which share of the traces is kept. */
  share: number;
  /** `attest`, `worker`, `recorder`, `projector` or `reporter`. */
  service: string;
  version: string;
}

/** Milliseconds for one try to send, and for its repeats. */
const PATIENCE = 2_000;
/** Milliseconds until what was done is sent. */
const DELAY = 1_000;

/**
 * The spans of one process. A trace is kept or not by its id, so that all services keep the same ones whoever began it.
 * A collector that is away costs nothing but the traces.
 */
export class Tracing {
  readonly #provider: TracerProvider;
  readonly #ids = new TraceIds();
  readonly #tracer: Tracer;

  constructor({ to, share, service, version }: TracingOptions) {
    const exporter = new OTLPTraceExporter({ url: new URL('/v1/traces', to).href, timeoutMillis: PATIENCE });
    this.#provider = new TracerProvider({
      resource: resourceFromAttributes({ 'service.name': `attest-${service}`, 'service.version': version }),
      sampler: new TraceIdRatioBasedSampler(share),
      idGenerator: this.#ids,
      spanProcessors: [new BatchSpanProcessor({ exporter, scheduledDelayMillis: DELAY })],
    });
    this.#tracer = this.#provider.getTracer('attest', version);
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  }

  /** A request: the trace of its correlation id, under the caller's span where there is one. */
  request(name: string, correlationId: string, parent: TracePlace | undefined): Span {
    const under = parent ? remote(parent) : context.active();
    const options = { kind: SpanKind.SERVER, root: !parent };
    return this.#ids.giving({ traceId: traceIdOf(correlationId) }, () => this.#tracer.startSpan(name, options, under));
  }

  /** A command: a span that its events' metadata names, too. */
  command<T>(
    name: string,
    { commandId, correlationId }: Pick<Meta, 'commandId' | 'correlationId'>,
    work: () => Promise<T>,
  ) {
    const spanId = spanIdOf(commandId);
    const active = trace.getSpanContext(context.active());
    // Of no request, such as what the worker records: a trace of its own.
    const isInTrace = active?.traceId === traceIdOf(correlationId);
    const given = isInTrace ? { spanId } : { spanId, traceId: traceIdOf(correlationId) };
    const span = this.#ids.giving(given, () => this.#tracer.startSpan(name, { root: !isInTrace }));
    return ended(span, work);
  }

  /** Something within what is under way. */
  within<T>(name: string, attributes: Attributes, work: () => Promise<T>): Promise<T> {
    return ended(this.#tracer.startSpan(name, { attributes }), work);
  }

  /**
   * The same, linked to a command that is only known afterwards. Looked up where the span is kept, and not waited for;
   * where that fails the link is missing.
   */
  linking<T>(
    name: string,
    attributes: Attributes,
    work: () => Promise<T>,
    linked: (result: T) => Promise<Meta | undefined>,
  ): Promise<T> {
    const span = this.#tracer.startSpan(name, { attributes });
    return ended(span, work, async (result) => {
      const meta = span.isRecording() ? await linked(result) : undefined;
      if (meta) span.addLink({ context: remoteContext(tracePlaceOf(meta)) });
    });
  }

  /** What was done with an event, elsewhere and later than its command. Milliseconds since the epoch. */
  followed(
    name: string,
    meta: Meta,
    { from, to, attributes }: { from: number; to: number; attributes: Attributes },
  ): void {
    const options = { kind: SpanKind.CONSUMER, startTime: from, attributes };
    this.#tracer.startSpan(name, options, remote(tracePlaceOf(meta))).end(to);
  }

  /** Sends what is left. */
  async end(): Promise<void> {
    await this.#provider.shutdown().catch(() => undefined);
    context.disable();
  }
}

const remoteContext = (place: TracePlace): SpanContext => ({
  ...place,
  traceFlags: TraceFlags.SAMPLED,
  isRemote: true,
});
const remote = (place: TracePlace): Context => trace.setSpanContext(context.active(), remoteContext(place));

/** Within the span; what it throws is the span's outcome. What is `added` to the span later does not make it longer. */
async function ended<T>(span: Span, work: () => Promise<T>, added?: (result: T) => Promise<void>): Promise<T> {
  let adding: Promise<void> | undefined;
  try {
    const result = await context.with(trace.setSpan(context.active(), span), work);
    adding = added?.(result);
    return result;
  } catch (fault) {
    // The name alone: a message may quote what people wrote.
    span.setStatus({ code: SpanStatusCode.ERROR, message: fault instanceof Error ? fault.name : 'unknown' });
    throw fault;
  } finally {
    const at = Date.now();
    if (adding) void adding.catch(() => undefined).then(() => span.end(at));
    else span.end();
  }
}
