import type { FastifyRequest } from 'fastify';
import { isLocalDate, type EventStore, type Instant, type LocalDate, type ReadModels } from '#event-sourcing';
import { minPosition } from './headers.js';
import { notNow, Problem } from './problem.js';

/** What a read may ask for. A parameter that is not known is refused: an `asof` that is silently ignored would lie. */

export const MOST_ITEMS = 500;
export const USUAL_ITEMS = 100;
/** Milliseconds that a read waits for the projections before it says "not now". */
export const PATIENCE = 5_000;
/** Milliseconds in which nearly all are there: only then is it worth asking whether there is such a position. */
const SOON = 500;

export interface Page {
  limit: number;
  /** The key after which the page begins. */
  after?: string;
}

/** The query as text, checked against the names that the route knows. Throws Problem 400. */
export function queryOf(request: FastifyRequest, known: readonly string[]): Record<string, string | undefined> {
  const given = request.query as Record<string, unknown>;
  for (const [name, value] of Object.entries(given)) {
    if (!known.includes(name))
      throw refused(name, 'unknown-parameter', `There is no parameter ${name}. There are: ${known.join(', ')}.`);
    if (typeof value !== 'string') throw refused(name, 'parameter-repeated', `${name} may stand there once.`);
  }
  return given as Record<string, string | undefined>;
}

export function pageOf({ limit = String(USUAL_ITEMS), after }: Record<string, string | undefined>): Page {
  const items = /^\d{1,4}$/.test(limit) ? Number(limit) : 0;
  if (items < 1 || items > MOST_ITEMS) throw refused('limit', 'limit', `limit takes a number from 1 to ${MOST_ITEMS}.`);
  return { limit: items, after: after === undefined ? undefined : keyOf(after) };
}

const CURSOR = '1:';

/** Where the next page begins. Opaque, so that what it holds may change. */
export const cursorAfter = (key: string) => Buffer.from(CURSOR + key).toString('base64url');

function keyOf(cursor: string): string {
  const text = /^[\w-]{1,400}$/.test(cursor) ? Buffer.from(cursor, 'base64url').toString('utf8') : '';
  if (!text.startsWith(CURSOR) || /[^\w:.~-]/.test(text))
    throw refused('after', 'cursor', 'after takes the `next` of an answer, as it stands.');
  return text.slice(CURSOR.length);
}

export function dayOf(name: string, value: string | undefined): LocalDate | undefined {
  if (value === undefined || isLocalDate(value)) return value;
  throw refused(name, 'day', `${name} takes a day such as 2022-03-31.`);
}

// ── As of ──

/** Either the place of an event in the ledger, or a moment. */
export type AsOf = { ordinal: number } | { instant: Instant };

export function asOfOf(value: string | undefined): AsOf | undefined {
  if (value === undefined) return undefined;
  if (/^\d{1,15}$/.test(value)) return { ordinal: Number(value) };
  const isInstant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/.test(value);
  const moment = isInstant ? new Date(value) : undefined;
  // Date rolls 31 February over to March; PostgreSQL knows no year 0.
  if (moment && !Number.isNaN(moment.getTime()) && isLocalDate(value.slice(0, 10))) {
    return { instant: moment.toISOString() };
  }
  throw refused(
    'asOf',
    'as-of',
    'asOf takes an ordinal such as 120, or a moment with its time zone such as 2022-03-31T23:59:59Z.',
  );
}

/** The ordinal up to which to read; undefined = now. Throws 400 for one that no event has yet. */
export async function ordinalOf(
  asOf: AsOf | undefined,
  readModels: ReadModels,
  store: EventStore,
): Promise<number | undefined> {
  if (asOf === undefined) return undefined;
  if ('instant' in asOf) return readModels.ordinalAt(asOf.instant);
  let { ordinal } = await readModels.passed();
  if (asOf.ordinal > ordinal) {
    // Perhaps the projections only have not got there: an answer now would be another one later.
    await waitFor(await store.end(), readModels, store);
    ({ ordinal } = await readModels.passed());
  }
  if (asOf.ordinal <= ordinal) return asOf.ordinal;
  throw refused(
    'asOf',
    'as-of-not-reached',
    `The ledger has ${ordinal} events: nothing can be known as of ${asOf.ordinal} yet.`,
  );
}

// ── Read your writes ──

/** Waits until the projections have passed the position that Attest-Min-Position names. */
export async function waitForWrites(request: FastifyRequest, readModels: ReadModels, store: EventStore): Promise<void> {
  const position = minPosition(request.headers);
  if (position !== undefined) await waitFor(position, readModels, store);
}

async function waitFor(position: bigint, readModels: ReadModels, store: EventStore): Promise<void> {
  if (await readModels.waitFor(position, SOON)) return;
  if (position > (await store.end())) {
    const detail = `The ledger has no position ${position} (was it restored from an older backup?).`;
    throw new Problem(400, 'unknown-position', detail);
  }
  if (await readModels.waitFor(position, PATIENCE - SOON)) return;
  throw notNow('What was recorded is not in the registers yet. Ask again in a second.', 'not-projected-yet');
}

function refused(parameter: string, code: string, detail: string): Problem {
  return new Problem(400, 'invalid-query', detail, [{ pointer: `?${parameter}`, code, detail }]);
}
