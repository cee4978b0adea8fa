import type { IncomingHttpHeaders } from 'node:http';
import { isUuid, newId } from '#event-sourcing';
import { Problem } from './problem.js';

/** What travels in headers, checked. Each throws Problem 400 where the value cannot be meant. */

const LONGEST_KEY = 255;

/** Required on every command: any printable text of 1 to 255 characters. */
export function idempotencyKey(headers: IncomingHttpHeaders): string {
  const given = text(headers, 'idempotency-key');
  if (given === undefined || given === '') {
    throw new Problem(
      400,
      'idempotency-key-missing',
      'Send the header Idempotency-Key, with a value of your own for each thing you record: sent again with the same one, it is recorded once.',
    );
  }
  // Node reads headers as Latin-1; clients write UTF-8.
  return checkKey(Buffer.from(given, 'latin1').toString('utf8'));
}

/** Throws Problem 400 for what cannot be a key: `where` is what people call it. */
export function checkKey(key: string, where = 'Idempotency-Key'): string {
  if (key.length >= 1 && key.length <= LONGEST_KEY && !/[\p{Cc}\p{Cs}\ufffd]/u.test(key)) return key;
  throw new Problem(400, 'idempotency-key-malformed', `${where} takes 1 to ${LONGEST_KEY} printable characters.`);
}

/** If-Match as an ETag of ours: a revision in quotes. Undefined without the header. */
export function ifMatch(headers: IncomingHttpHeaders): number | undefined {
  const given = text(headers, 'if-match');
  if (given === undefined) return undefined;
  const revision = /^"(0|[1-9]\d{0,8})"$/.exec(given)?.[1];
  if (revision === undefined) {
    throw new Problem(400, 'if-match-malformed', 'If-Match takes the ETag of an answer, such as "3", quotes included.');
  }
  return Number(revision);
}

/** The position that a read must have seen. Undefined without the header. */
export function minPosition(headers: IncomingHttpHeaders): bigint | undefined {
  const given = text(headers, 'attest-min-position');
  if (given === undefined) return undefined;
  if (!/^\d{1,19}$/.test(given)) {
    throw new Problem(400, 'min-position-malformed', 'Attest-Min-Position takes the Attest-Position of an answer.');
  }
  return BigInt(given);
}

/** Revisions are never weak, so any of a list, or `*`, may be compared as it stands. */
export function isUnchanged(headers: IncomingHttpHeaders, etag: string): boolean {
  const given = text(headers, 'if-none-match');
  if (given === undefined) return false;
  return given.split(',').some((one) => [etag, `W/${etag}`, '*'].includes(one.trim()));
}

// ── What every answer has ──

/** Of every answer, also of refusals and of what was no request; a route may say otherwise. */
export const usualHeaders: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'x-frame-options': 'DENY',
  'cache-control': 'private, no-cache',
};

/** To browsers that came by https: a year of nothing else. */
export const httpsOnly = 'max-age=31536000';

// ── Ids of requests ──

/** A well-formed X-Request-Id of the caller's, else a new one. It goes into the log and the answer, nowhere else. */
export function requestId(headers: IncomingHttpHeaders): string {
  const given = text(headers, 'x-request-id');
  return given !== undefined && /^[\w.-]{1,128}$/.test(given) ? given : newId();
}

/**
 * From Attest-Correlation-Id, else the trace of a `traceparent` (W3C), else new. It is stored with events for ever:
 * so only a UUID or a trace id is taken, in which no person can be named.
 */
export function correlationId(headers: IncomingHttpHeaders): string {
  const given = text(headers, 'attest-correlation-id');
  if (isUuid(given) || (given !== undefined && /^[0-9a-f]{32}$/.test(given))) return given;
  return traceOf(headers)?.traceId ?? newId();
}

/** The span of whoever asks, from `traceparent` (W3C Trace Context): 32 and 16 hexadecimal digits. */
export interface CallersSpan {
  traceId: string;
  spanId: string;
}

/** Undefined without the header, or where it is malformed: the standard says to begin a trace then. */
export function traceOf(headers: IncomingHttpHeaders): CallersSpan | undefined {
  const given = text(headers, 'traceparent') ?? '';
  const [, traceId = '', spanId = ''] = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}/.exec(given) ?? [];
  return /[1-9a-f]/.test(traceId) ? { traceId, spanId } : undefined;
}

function text(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}
