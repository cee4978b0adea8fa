import type { FastifyInstance, FastifyRequest } from 'fastify';
import { jsonFault } from './json-place.js';
import { invalidBody, Problem, wrongType } from './problem.js';

/** Bytes of a body, where a route says nothing else. */
export const DEFAULT_BODY_LIMIT = 256 * 1024;

/** Takes JSON in UTF-8 and nothing else: what is broken is refused with its place, wrong types with 415. */
export function useJsonBodies(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    try {
      checkCoding(request);
      done(null, parseJson(body as Buffer));
    } catch (fault) {
      done(fault as Error);
    }
  });
}

function checkCoding({ headers }: FastifyRequest): void {
  const charset = /;\s*charset\s*=\s*"?([^";\s]*)/i.exec(headers['content-type'] ?? '')?.[1];
  const isUtf8 = charset === undefined || /^utf-?8$/i.test(charset);
  const coding = headers['content-encoding'];
  if (!isUtf8 || (coding !== undefined && coding !== 'identity')) throw wrongType();
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The value of a body; undefined for an empty one. Throws Problem 400 with line and column. */
export function parseJson(bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined;
  const text = decode(bytes);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    const place = jsonFault(text);
    const where = place ? `at line ${place.line}, column ${place.column}: ${place.expected} was expected there` : '';
    const detail = `The body is not JSON ${where}.`;
    throw new Problem(400, 'bad-json', detail, [{ pointer: '', code: 'bad-json', detail }]);
  }
}

function decode(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw invalidBody([{ pointer: '', code: 'bad-utf-8', detail: 'The body is not text in UTF-8.' }]);
  }
}
