import type { FastifyInstance } from 'fastify';

/** Which methods there are at a path: what 405 and its Allow need, and Fastify does not say. */
export class RouteTable {
  readonly #routes: { method: string; segments: readonly string[] }[] = [];

  constructor(fastify: FastifyInstance) {
    fastify.addHook('onRoute', ({ method, url }) => {
      for (const one of [method].flat()) this.#routes.push({ method: one, segments: url.split('/') });
    });
  }

  methodsAt(path: string): string[] {
    const asked = path.split('/');
    const matching = this.#routes.filter(
      ({ segments }) =>
        segments.length === asked.length &&
        segments.every((segment, index) => (segment.startsWith(':') ? asked[index] !== '' : segment === asked[index])),
    );
    return [...new Set(matching.map(({ method }) => method))].sort();
  }
}
