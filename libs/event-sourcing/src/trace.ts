import type { Meta } from './message.js';

/**
 * Where a command stands in its trace (W3C Trace Context): the trace is its correlation id, its span the first half of its
 * own id. Both are in the metadata of every event, so that whoever handles an event later goes on with the same trace.
 */
export interface TracePlace {
  /** 32 hexadecimal digits. */
  traceId: string;
  /** 16 hexadecimal digits. */
  spanId: string;
}

/** A correlation id is a UUID or a trace id already. */
export const traceIdOf = (correlationId: string): string => correlationId.replaceAll('-', '');

export const spanIdOf = (commandId: string): string => commandId.replaceAll('-', '').slice(0, 16);

export const tracePlaceOf = ({ correlationId, commandId }: Pick<Meta, 'correlationId' | 'commandId'>): TracePlace => ({
  traceId: traceIdOf(correlationId),
  spanId: spanIdOf(commandId),
});

/** As the header `traceparent` has it; undefined where the correlation id is another's, and no trace. */
export function traceparentOf(meta: Pick<Meta, 'correlationId' | 'commandId'>): string | undefined {
  const { traceId, spanId } = tracePlaceOf(meta);
  return /^[0-9a-f]{32}$/.test(traceId) ? `00-${traceId}-${spanId}-01` : undefined;
}
