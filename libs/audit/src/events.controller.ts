import { setTimeout as delay } from 'node:timers/promises';
import { Controller, Get, Inject, type OnModuleDestroy, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { EventStore, isUuid, ReadModels } from '#event-sourcing';
import {
  actorOf,
  asOfOf,
  Bindings,
  Describe,
  EVERY_PROJECT,
  LEDGER,
  limitOf,
  minPosition,
  notNow,
  PATIENCE,
  Problem,
  queryOf,
  refused,
  rolesIn,
  Route,
  stretchOf,
  wholeOf,
  withTexts,
} from '#http';
import { readEvents, type EventsAsked, type EventsPage } from './event-log.js';
import { eventsAnswer, eventsParameters } from './events-documentation.js';
import { idsIn } from './difference.js';
import { sentenceOf } from './event-words.js';
import { knownFor, Registers } from './known.js';
import { Tail } from './tail.js';

/** Most readers that wait at once, and seconds that one may wait. */
export const MOST_WAITING = 64;
export const LONGEST_WAIT = 25;
/** Milliseconds between looks for an event that is in the log and has no ordinal yet. */
const SHORTEST_PAUSE = 10;
const LONGEST_PAUSE = 500;

/** Milliseconds in which nearly all registers are there. */
const SOON = 500;

const HIGHEST = Number.MAX_SAFE_INTEGER;

/** The log as people read it: in order, filtered, as of then, and as it grows. */
@Controller('v1')
export class EventsController implements OnModuleDestroy {
  readonly #tail: Tail;
  /** The types of events by the kind of thing that they are about. */
  readonly #types: ReadonlyMap<string, readonly string[]>;

  constructor(
    @Inject(ReadModels) private readonly reads: ReadModels,
    @Inject(EventStore) private readonly store: EventStore,
    @Inject(Registers) private readonly registers: Registers,
    @Inject(Bindings) { all }: Bindings,
  ) {
    this.#tail = new Tail(store, MOST_WAITING);
    this.#types = new Map(all.map(({ decider }) => [decider.category, Object.keys(decider.evolve as object)]));
  }

  /** Those who wait are answered, so that ending need not wait for them. */
  onModuleDestroy(): void {
    this.#tail.end();
  }

  @Get('projects/:project/events')
  @Route({ access: { scope: 'project', role: 'auditor' } })
  @Describe({
    tag: 'audit',
    summary: "A project's events, in the order in which they were recorded",
    description:
      'Who may do what is told only where you are auditor or administrator; of all projects: for all of them.',
    parameters: eventsParameters,
    responses: eventsAnswer,
  })
  ofProject(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.#answer((request.params as { project: string }).project, request, reply);
  }

  @Get('events')
  @Route({ access: { scope: 'ledger', role: 'auditor' } })
  @Describe({
    tag: 'audit',
    summary: 'Events that are private to no project, in the order in which they were recorded',
    description:
      'Who may do what is told only where you are auditor or administrator; of all projects: for all of them.',
    parameters: eventsParameters,
    responses: eventsAnswer,
  })
  ofLedger(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.#answer(LEDGER, request, reply);
  }

  async #answer(scope: string, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const query = queryOf(
      request,
      eventsParameters.filter((one) => one.in === 'query').map(({ name }) => name),
    );
    const wait = 1_000 * (wholeOf('wait', query.wait, { most: LONGEST_WAIT }) ?? 0);
    const asked = await this.#asked(scope, query, seesAccess(request, scope));
    await this.#reached(request);
    const leaving = new AbortController();
    reply.raw.once('close', () => leaving.abort());
    const { items, next, more, end } = await this.#page(asked, wait, leaving.signal);
    // Their titles stand in registers, which are there a moment later; one that lags or stopped holds up nobody here.
    await this.reads.waitFor(end.position, SOON).catch(() => undefined);
    const texts = await withTexts(items, this.store);
    const known = await knownFor(
      this.reads,
      this.registers,
      texts.flatMap(({ thing, data }) => [thing, ...idsIn(undefined, data)]),
      { scope, asOf: asked.asOf },
    );
    const told = texts.map((event) => ({ ...event, sentence: sentenceOf(event, known) }));
    if (asked.asOf !== undefined) reply.header('attest-as-of', String(asked.asOf));
    reply.code(200).send({ items: told, next, more });
  }

  async #asked(scope: string, query: Record<string, string | undefined>, seesAccess: boolean): Promise<EventsAsked> {
    const { type, category, thing, actor } = query;
    for (const [name, id] of Object.entries({ thing, actor })) {
      if (id !== undefined && !isUuid(id)) throw refused(name, 'is-id', `${name} takes a UUID in lower case.`);
    }
    const asOf = asOfOf(query.asOf);
    return {
      ...{ scope, types: this.#visible(this.#typesOf(type?.split(','), category), seesAccess), thing, actor },
      from: stretchOf('from', query.from)?.from,
      until: stretchOf('to', query.to)?.until,
      after: wholeOf('after', query.after, { most: HIGHEST }) ?? 0,
      asOf: asOf && ('ordinal' in asOf ? asOf.ordinal : await this.reads.ordinalAt(asOf.instant)),
      limit: limitOf(query.limit),
    };
  }

  #typesOf(types: readonly string[] | undefined, category: string | undefined): readonly string[] | undefined {
    const known = [...this.#types.values()].flat();
    const strange = types?.find((one) => !known.includes(one));
    if (strange !== undefined) throw refused('type', 'event-type', `There is no event type ${strange}.`);
    if (category === undefined) return types;
    const own = this.#types.get(category);
    if (own) return own.filter((one) => types?.includes(one) ?? true);
    throw refused('category', 'category', `There is no ${category}. There are: ${[...this.#types.keys()].join(', ')}.`);
  }

  /** Without those of access, for who may not see them: refused where they were asked for by name. */
  #visible(types: readonly string[] | undefined, seesAccess: boolean): readonly string[] | undefined {
    if (seesAccess) return types;
    const hidden = this.#types.get(this.registers.access.category)!;
    if (!types) return [...this.#types.values()].flat().filter((one) => !hidden.includes(one));
    if (!types.some((one) => hidden.includes(one))) return types;
    throw new Problem(403, 'role-missing', 'Who may do what is told to auditors and administrators of it alone.');
  }

  /** A page; an empty one only once the wait is over. */
  async #page(asked: EventsAsked, wait: number, signal: AbortSignal): Promise<EventsPage> {
    const until = performance.now() + wait;
    let pause = SHORTEST_PAUSE;
    for (let { after } = asked; ;) {
      const page = await this.#read({ ...asked, after });
      const left = until - performance.now();
      if (page.items.length > 0 || left <= 0 || signal.aborted || isOver(asked)) return page;
      // What was looked through need not be looked through again.
      after = page.next;
      if (this.#tail.isFull) throw tooManyWait();
      if (!(await this.#tail.beyond(page.end.position, left, signal))) return page;
      await delay(Math.min(pause, left), undefined, { signal }).catch(() => undefined);
      pause = Math.min(2 * pause, LONGEST_PAUSE);
    }
  }

  async #read(asked: EventsAsked): Promise<EventsPage> {
    const { reads, store } = this;
    const page = await readEvents(asked, { reads, store, categories: [...this.#types.keys()] });
    for (const name of ['after', 'asOf'] as const) {
      const ordinal = asked[name];
      if (ordinal === undefined || ordinal <= page.end.ordinal) continue;
      const detail = `The ledger has ${page.end.ordinal} events: there is no event ${ordinal} yet.`;
      throw refused(name, 'as-of-not-reached', detail);
    }
    return page;
  }

  /** Waits until what Attest-Min-Position names is in order; no register need have read it. */
  async #reached({ headers }: FastifyRequest): Promise<void> {
    const position = minPosition(headers);
    if (position === undefined) return;
    if (position > (await this.store.end())) {
      const detail = `The ledger has no position ${position} (was it restored from an older backup?).`;
      throw new Problem(400, 'unknown-position', detail);
    }
    for (const until = performance.now() + PATIENCE; ; await delay(SHORTEST_PAUSE)) {
      const { end } = await this.reads.log({ scope: LEDGER, limit: 0 });
      if (end.position >= position) return;
      if (performance.now() > until) throw notNow('The events are not in order yet. Ask again in a second.');
    }
  }
}

/** In the ledger's scope stands who may do what in every project. A manager reads the log, and gives no access. */
function seesAccess(request: FastifyRequest, scope: string): boolean {
  const held = rolesIn(actorOf(request), scope === LEDGER ? EVERY_PROJECT : scope);
  return held.includes('auditor') || held.includes('administrator');
}

/** Nothing new can come into what was asked for. */
const isOver = ({ asOf, until }: EventsAsked): boolean =>
  asOf !== undefined || (until !== undefined && Date.parse(until) <= Date.now());

const tooManyWait = () =>
  new Problem(429, 'too-many-waiting', 'As many as may wait for events are waiting. Ask again without waiting.', [], {
    'retry-after': '1',
  });
