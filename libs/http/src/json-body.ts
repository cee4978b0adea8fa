import type { FastifyInstance, FastifyRequest } from 'fastify';
import { settingsOf } from './access.js';
import { jsonFault, repeatedName } from './json-place.js';
import { invalidBody, Problem, wrongType } from './problem.js';

/** Bytes of a body, where a route says nothing else. */
export const DEFAULT_BODY_LIMIT = 256 * 1024;

/** Takes JSON in UTF-8, or lines of it where a route wants them, and nothing else: what is broken is refused with its place, wrong types with 415. */
export function useJsonBodies(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    try {
      checkCoding(request);
      if (takesLines(request)) throw wrongType(LINES);
      done(null, parseJson(body as Buffer));
    } catch (fault) {
      done(fault as Error);
    }
  });
  // As it arrives: the route reads it line by line.
  fastify.addContentTypeParser(LINES, (request, body, done) => {
    try {
      checkCoding(request);
      if (!takesLines(request)) throw wrongType();
      done(null, body);
    } catch (fault) {
      done(fault as Error);
    }
  });
}

const LINES = 'application/x-ndjson';

const takesLines = ({ routeOptions }: FastifyRequest) => settingsOf(routeOptions.config).takes === 'lines';

function checkCoding({ headers }: FastifyRequest): void {
  const charset = /;\s*charset\s*=\s*"?([^";\s]*)/i.exec(headers['content-type'] ?? '')?.[1];
  const isUtf8 = charset === undefined || /^utf-?8$/i.test(charset);
  const coding = headers['content-encoding'];
  if (!isUtf8 || (coding !== undefined && coding !== 'identity')) throw wrongType();
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The value of a body; undefined for an empty one. Throws Problem 400 with line and column. */
export function parseJson(bytes: Buffer, what: 'The body' | 'This line' = 'The body'): unknown {
  if (bytes.length === 0) return undefined;
  const text = decode(bytes);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const place = jsonFault(text);
    const line = what === 'The body' ? `line ${place?.line}, ` : '';
    const where = place ? ` at ${line}column ${place.column}: ${place.expected} was expected there` : '';
    const detail = `${what} is not JSON${where}.`;
    throw new Problem(400, 'bad-json', detail, [{ pointer: '', code: 'bad-json', detail }]);
  }
  const pointer = repeatedName(text, value);
  if (pointer === undefined) return value;
  const detail = 'This name stands twice in one object: which of them is meant?';
  throw invalidBody([{ pointer, code: 'repeated-name', detail }]);
}

function decode(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw invalidBody([{ pointer: '', code: 'bad-utf-8', detail: 'The body is not text in UTF-8.' }]);
  }
}
