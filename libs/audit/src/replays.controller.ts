import { Body, Controller, Get, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import {
  EventStore,
  NotFilledYet,
  Projections,
  ReadModels,
  Replays,
  ReplayUnderWay,
  type Replay,
} from '#event-sourcing';
import { asOfOf, Describe, ordinalOf, Problem, queryOf, Route, type Schema } from '#http';
import { needsEverywhere } from './registers.controller.js';

const count: Schema = { type: 'integer', minimum: 0 };

const replay: Schema = {
  type: 'object',
  properties: {
    id: { type: 'string', format: 'uuid' },
    state: { type: 'string', enum: ['running', 'identical', 'different', 'failed'] },
    to: { ...count, description: 'The last event that is replayed.' },
    end: { ...count, description: 'The last event of the ledger when it began.' },
    step: { type: 'string', enum: ['folding', 'rows', 'entries', 'figures', 'done'] },
    done: count,
    total: count,
    root: { type: ['string', 'null'], description: 'Merkle root over the leaves, computed again from the log.' },
    compared: { type: 'object', additionalProperties: count },
    difference: { type: ['object', 'null'], description: 'The first difference: where, key, event, and what differs.' },
    failure: { type: ['string', 'null'] },
  },
};

const ROLES = ['auditor', 'administrator'] as const;

/** Replays of the log from nothing beside what is live, for auditors: is all that is kept what the log comes to? */
@Controller('v1/replays')
export class ReplaysController {
  constructor(
    @Inject(Replays) private readonly replays: Replays,
    @Inject(Projections) private readonly projections: Projections,
    @Inject(ReadModels) private readonly reads: ReadModels,
    @Inject(EventStore) private readonly store: EventStore,
  ) {}

  @Post()
  @HttpCode(202)
  @Route({ access: { scope: 'ledger', role: 'reader' }, bodyLimit: 1024 })
  @Describe({
    tag: 'audit',
    summary: 'Fold the log from nothing, and compare everything with what is kept',
    description:
      'Ordinals and leaves, every version of every row, every ledger entry and every figure: identical, or the first difference with its event. It works beside live traffic and changes nothing. One at a time.',
    request: {
      schema: {
        type: 'object',
        properties: {
          to: { type: 'string', description: 'An ordinal or a moment; all that is known now without it.' },
        },
        additionalProperties: false,
      },
      example: { to: '120' },
    },
    responses: { 202: { description: 'It has begun.', schema: replay } },
  })
  async begin(@Req() request: FastifyRequest, @Body() body: unknown): Promise<Replay> {
    needsEverywhere(request, ROLES);
    const to = await this.#cut(wantedOf(body));
    const { unfilled, passed, end } = await this.#standing();
    if (unfilled) throw new NotFilledYet(unfilled);
    try {
      return await this.replays.begin({ to: to ?? passed, end });
    } catch (fault) {
      if (!(fault instanceof ReplayUnderWay)) throw fault;
      throw new Problem(409, 'replay-under-way', `One replay is under way: follow /v1/replays/${fault.id}.`);
    }
  }

  async #cut(to: string | undefined): Promise<number | undefined> {
    return ordinalOf(asOfOf(to), this.reads, this.store);
  }

  /** A register without a generation that is full, what all have passed, and the end of the ledger. */
  async #standing() {
    const standings = await this.projections.status();
    const live = new Set(standings.filter(({ isLive }) => isLive).map(({ name }) => name));
    const { ordinal: passed } = await this.reads.passed();
    const end = Math.max(0, ...standings.map(({ ordinal, lag }) => ordinal + lag));
    return { unfilled: standings.find(({ name }) => !live.has(name))?.name, passed, end };
  }

  @Get(':id')
  @Route({ access: { scope: 'ledger', role: 'reader' } })
  @Describe({
    tag: 'audit',
    summary: 'How far a replay is, and what came of it',
    // The id is in the answer that began it.
    on: '018f3f5e-0000-7000-8000-000000000001',
    responses: { 200: { description: 'The replay.', schema: replay } },
  })
  async one(@Param('id') id: string, @Req() request: FastifyRequest): Promise<Replay> {
    queryOf(request, []);
    needsEverywhere(request, ROLES);
    const found = await this.replays.find(id);
    if (found) return found;
    throw new Problem(404, 'unknown-replay', 'There is no such replay. They are forgotten when Attest is restarted.');
  }
}

/** Throws Problem 400. */
function wantedOf(body: unknown): string | undefined {
  const given: object = typeof body === 'object' && body !== null && !Array.isArray(body) ? body : { body };
  const { to, ...others } = (body === undefined ? {} : given) as { to?: unknown };
  if (Object.keys(others).length === 0 && (to === undefined || typeof to === 'string')) return to;
  const detail = 'The body takes `to` alone: an ordinal such as "120", or a moment with its time zone.';
  throw new Problem(400, 'invalid-body', detail, [{ pointer: '/to', code: 'to', detail }]);
}
