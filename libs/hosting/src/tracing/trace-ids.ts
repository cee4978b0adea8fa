import { randomBytes } from 'node:crypto';
import type { IdGenerator } from '@opentelemetry/sdk-trace';

/** Random ids, but for a span that is begun under ids which are known elsewhere, too. */
export class TraceIds implements IdGenerator {
  #given: { traceId?: string; spanId?: string } = {};

  /** The span that `begin` begins, at once, gets these. */
  giving<T>(given: { traceId?: string; spanId?: string }, begin: () => T): T {
    this.#given = given;
    try {
      return begin();
    } finally {
      this.#given = {};
    }
  }

  generateTraceId(): string {
    return this.#given.traceId ?? randomBytes(16).toString('hex');
  }

  generateSpanId(): string {
    return this.#given.spanId ?? randomBytes(8).toString('hex');
  }
}
