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
    if (/[\p{Cc}\p{Cs}]/u.test(value)) throw refused(name, 'parameter-unprintable', `${name} takes printable text.`);
  }
  return given as Record<string, string | undefined>;
}

export const pageOf = ({ limit, after }: Record<string, string | undefined>): Page => ({
  limit: limitOf(limit),
  after: after === undefined ? undefined : keyOf(after),
});

export const limitOf = (value: string | undefined): number =>
  wholeOf('limit', value, { least: 1, most: MOST_ITEMS }) ?? USUAL_ITEMS;

/** A whole number. Throws Problem 400. */
export function wholeOf(
  name: string,
  value: string | undefined,
  { least = 0, most }: { least?: number; most: number },
): number | undefined {
  if (value === undefined) return undefined;
  const number = /^\d{1,15}$/.test(value) ? Number(value) : -1;
  if (number >= least && number <= most) return number;
  throw refused(name, name, `${name} takes a number from ${least} to ${most}.`);
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
  const instant = instantOf(value);
  if (instant !== undefined) return { instant };
  throw refused(
    'asOf',
    'as-of',
    'asOf takes an ordinal such as 120, or a moment with its time zone such as 2022-03-31T23:59:59Z.',
  );
}

/** A moment with its time zone, in UTC; undefined where it is written otherwise. */
function instantOf(value: string): Instant | undefined {
  const isInstant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/.test(value);
  const moment = isInstant ? new Date(value) : undefined;
  // Date rolls 31 February over to March; PostgreSQL knows no year 0.
  return moment && !Number.isNaN(moment.getTime()) && isLocalDate(value.slice(0, 10))
    ? moment.toISOString()
    : undefined;
}

/** A day (in UTC) or a moment, as what lies from `from` until before `until`. */
export function stretchOf(name: string, value: string | undefined): { from: Instant; until: Instant } | undefined {
  if (value === undefined) return undefined;
  const isDay = isLocalDate(value);
  const from = isDay ? `${value}T00:00:00.000Z` : instantOf(value);
  const length = isDay ? 86_400_000 : 1;
  if (from !== undefined) return { from, until: new Date(Date.parse(from) + length).toISOString() };
  const detail = `${name} takes a day such as 2022-03-31, or a moment with its time zone such as 2022-03-31T23:59:59Z.`;
  throw refused(name, 'moment', detail);
}

/** The ordinal up to which to read; undefined = now. Throws 400 for one that no event has yet. */
export async function ordinalOf(
  asOf: AsOf | undefined,
  readModels: ReadModels,
  store: EventStore,
  registers?: readonly string[],
): Promise<number | undefined> {
  if (asOf === undefined) return undefined;
  const wanted = 'instant' in asOf ? await readModels.ordinalAt(asOf.instant) : asOf.ordinal;
  let { ordinal } = await readModels.passed(registers);
  if (wanted > ordinal) {
    // Perhaps the projections only have not got there: an answer now would be another one later.
    await waitFor(await store.end(), readModels, store, registers);
    ({ ordinal } = await readModels.passed(registers));
  }
  if (wanted <= ordinal) return wanted;
  throw refused(
    'asOf',
    'as-of-not-reached',
    `The ledger has ${ordinal} events: nothing can be known as of ${wanted} yet.`,
  );
}

// ── Read your writes ──

/** Waits until the projections (those of these registers, where given) have passed what Attest-Min-Position names. */
export async function waitForWrites(
  request: FastifyRequest,
  readModels: ReadModels,
  store: EventStore,
  registers?: readonly string[],
): Promise<void> {
  const position = minPosition(request.headers);
  if (position !== undefined) await waitFor(position, readModels, store, registers);
}

/** Throws ProjectionStopped, at once, where one of them stopped before the position. */
async function waitFor(
  position: bigint,
  readModels: ReadModels,
  store: EventStore,
  registers: readonly string[] | undefined,
): Promise<void> {
  if (await readModels.waitFor(position, SOON, registers)) return;
  if (position > (await store.end())) {
    const detail = `The ledger has no position ${position} (was it restored from an older backup?).`;
    throw new Problem(400, 'unknown-position', detail);
  }
  if (await readModels.waitFor(position, PATIENCE - SOON, registers)) return;
  throw notNow('What was recorded is not in the registers yet. Ask again in a second.', 'not-projected-yet');
}

/** 400 for a parameter, with its place. */
export function refused(parameter: string, code: string, detail: string): Problem {
  return new Problem(400, 'invalid-query', detail, [{ pointer: `?${parameter}`, code, detail }]);
}
