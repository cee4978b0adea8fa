import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A span as OTLP has it, with what tests ask of it. */
export interface SentSpan {
  service: string;
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId: string | undefined;
  links: string[];
  attributes: Record<string, unknown>;
  status: number;
}

interface Otlp {
  resourceSpans: {
    resource: { attributes: Attribute[] };
    scopeSpans: { spans: OtlpSpan[] }[];
  }[];
}
interface Attribute {
  key: string;
  value: Record<string, unknown>;
}
interface OtlpSpan {
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  links?: { traceId: string }[];
  attributes: Attribute[];
  status: { code?: number };
}

/** A collector of traces: OTLP over HTTP, as JSON. */
export class Collector {
  readonly spans: SentSpan[] = [];
  readonly #server: Server;
  readonly #waiting = new Set<() => void>();

  constructor() {
    this.#server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        this.#take(JSON.parse(Buffer.concat(parts).toString()) as Otlp);
        response.setHeader('content-type', 'application/json').end('{}');
      });
    });
  }

  async start(): Promise<string> {
    await new Promise<void>((done) => this.#server.listen(0, '127.0.0.1', done));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Resolves once there are spans of these names, of one trace where that is given. */
  async until(names: readonly string[], traceId?: string): Promise<SentSpan[]> {
    const isWanted = (span: SentSpan) => traceId === undefined || span.traceId === traceId;
    for (const name of names) await this.one((span) => isWanted(span) && span.name === name);
    return this.spans.filter(isWanted);
  }

  /** Resolves once there is such a span. */
  async one(isMeant: (span: SentSpan) => boolean): Promise<SentSpan> {
    for (;;) {
      const found = this.spans.find(isMeant);
      if (found) return found;
      await new Promise<void>((done) => this.#waiting.add(done));
    }
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  #take({ resourceSpans }: Otlp): void {
    for (const { resource, scopeSpans } of resourceSpans) {
      const service = String(valuesOf(resource.attributes)['service.name']);
      for (const span of scopeSpans.flatMap(({ spans }) => spans)) {
        const { name, traceId, spanId, parentSpanId, links = [], attributes, status } = span;
        this.spans.push({
          ...{ service, name, traceId, spanId, parentSpanId, links: links.map((link) => link.traceId) },
          ...{ attributes: valuesOf(attributes), status: status.code ?? 0 },
        });
      }
    }
    for (const done of this.#waiting) done();
    this.#waiting.clear();
  }
}

const valuesOf = (attributes: readonly Attribute[]): Record<string, unknown> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
