import { Controller, Get, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { EventStore, newId, ReadModels, type Outcome } from '#event-sourcing';
import {
  actorOf,
  asOfOf,
  cursorAfter,
  Describe,
  EVERY_PROJECT,
  exampleProject,
  idempotencyKey,
  ifMatch,
  namesOf,
  ordinalOf,
  pageOf,
  Problem,
  queryOf,
  readBody,
  readCommand,
  rolesIn,
  Route,
  schemaOf,
  stretchOf,
  ThingReads,
  waitForWrites,
  type OutcomeDocument,
  type Parameter,
  type Schema,
} from '#http';
import { AccessDesk, scopeOfProject, TokenRequest, type Caller } from './access-desk.js';
import { accessRegister, grantsHeld } from './grant-register.js';
import { grantedRoles, RestoreAccess, RevokeAccess } from './grant.js';
import type { KnownGrant } from './known-grants.js';

/** Whoever administers some project; which of them is looked at here, as the body or the grant names it. */
const administrator = { access: { scope: 'ledger', role: 'administrator' }, bodyLimit: 16_384 } as const;
/** The rows of the register are looked up by their id, once it is known that the token may see them. */
const ITSELF = { scope: 'self', role: 'administrator' } as const;

const text = { type: 'string' };
const uuid = { type: 'string', format: 'uuid' };
const moment = { type: 'string', format: 'date-time' };
const object = (properties: Record<string, object>, ...optional: string[]) => ({
  type: 'object',
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
});
const roles = { type: 'array', items: { type: 'string', enum: grantedRoles } };
const issued = object({ id: uuid, token: text, actor: uuid, expiresAt: moment, position: text });
const held = object(
  {
    ...{ id: uuid, actor: uuid, name: { type: ['string', 'null'] }, project: text, roles },
    ...{
      status: { type: 'string', enum: ['held', 'revoked'] },
      grantedAt: moment,
      expiresAt: moment,
      revokedAt: moment,
    },
    ...{ issuer: text, held: { ...roles, description: 'What it allowed then; with `on` alone.' } },
  },
  ...['expiresAt', 'revokedAt', 'issuer', 'held'],
);
const parameter = (name: string, description: string, schema: Schema, example?: unknown): Parameter => ({
  ...{ name, in: 'query', description, schema },
  ...(example !== undefined && { example }),
});

/** Ids of grants are another in every ledger: the list has them. */
const on = '018f3f5e-0000-7000-8000-000000000007';
const reason = { code: 'other', text: 'The phone with the token was lost.' };

/** Tokens: who may do what, now and on any day. */
@Controller('v1/tokens')
export class AccessController {
  constructor(
    @Inject(AccessDesk) private readonly desk: AccessDesk,
    @Inject(ThingReads) private readonly reads: ThingReads,
    @Inject(ReadModels) private readonly readModels: ReadModels,
    @Inject(EventStore) private readonly store: EventStore,
  ) {}

  @Post()
  @Route({ ...administrator, bodyLimit: 4096 })
  @Describe({
    tag: 'tokens',
    summary: 'Issue a token',
    description:
      'It is shown here and kept nowhere. The same name in the same project is the same actor; what else a name is known ' +
      'for counts only for those who administer every project. With an `Idempotency-Key` the same request is answered the same token again; ' +
      'without one each request makes another.',
    parameters: [
      {
        name: 'Idempotency-Key',
        in: 'header',
        description: 'A value of your own for each token; may be left out.',
        schema: { type: 'string', minLength: 1, maxLength: 255 },
      },
    ],
    request: {
      schema: schemaOf(TokenRequest),
      example: { actor: 'Amal, field office', roles: ['officer'], project: EVERY_PROJECT, expiresIn: 30 * 86_400 },
    },
    responses: { 201: { description: 'The token.', schema: issued } },
  })
  async issue(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const wanted = readBody(TokenRequest, request.body);
    // Whoever administers one project gives no rights in others.
    if (!administers(request, wanted.project)) {
      throw new Problem(403, 'role-missing', 'Your token does not administer that project.');
    }
    const hasKey = request.headers['idempotency-key'] !== undefined;
    const key = hasKey ? idempotencyKey(request.headers) : newId();
    const token = await this.desk.issue(
      wanted,
      callerOf(request, wanted.project, key),
      administers(request, EVERY_PROJECT),
    );
    reply.code(201).header('cache-control', 'no-store').header('attest-position', token.position).send(token);
  }

  @Get()
  @Route(administrator)
  @Describe({
    tag: 'tokens',
    summary: 'Who may do what: tokens, and what an issuer says of people',
    description:
      'Of the projects that your token administers. With `on`: what held at that moment, or at some moment of that day ' +
      '(UTC), with the roles of then in `held`. `asOf` is the other axis: what was known by then.',
    parameters: [
      parameter('on', 'A day, or a moment with its time zone.', text, '2026-03-31'),
      parameter('asOf', "As it was known: an event's ordinal, or a moment.", text),
      parameter('project', 'Only grants in this project, and those in all of them.', text, exampleProject),
      parameter('limit', 'Items of a page.', { type: 'integer', minimum: 1, maximum: 500, default: 100 }),
      parameter('after', 'The `next` of the page before.', text),
    ],
    responses: {
      200: {
        description: 'A page of them.',
        schema: object({ items: { type: 'array', items: held }, next: { type: ['string', 'null'] } }),
      },
    },
  })
  async list(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const query = queryOf(request, ['on', 'asOf', 'project', 'limit', 'after']);
    const page = pageOf(query);
    const on = stretchOf('on', query.on);
    const { project } = query;
    const names = [accessRegister.name];
    const wanted = asOfOf(query.asOf);
    await waitForWrites(request, this.readModels, this.store, names);
    const asOf = await ordinalOf(wanted, this.readModels, this.store, names);
    const isWanted = (of: string) =>
      (project === undefined || [project, EVERY_PROJECT].includes(of)) && administers(request, of);
    const found = await grantsHeld(this.readModels, { ...page, limit: page.limit + 1, asOf, on, isWanted });
    const items = found.slice(0, page.limit);
    const people = await this.desk.actors.namesOf(items.map(({ actor }) => actor));
    const next = found.length > page.limit ? cursorAfter(items.at(-1)!.id) : null;
    if (asOf !== undefined) reply.header('attest-as-of', String(asOf));
    reply.send({ items: items.map((item) => ({ ...item, name: people.get(item.actor) ?? null })), next });
  }

  @Get(':id')
  @Route(administrator)
  @Describe({ tag: 'tokens', summary: 'One of them', on, read: 'one' })
  one(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    this.#administered(request);
    return this.reads.one(accessRegister, ITSELF, request, reply);
  }

  @Get(':id/history')
  @Route(administrator)
  @Describe({ tag: 'tokens', summary: 'Who changed it, what, when and why', on, read: 'history' })
  history(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    this.#administered(request);
    return this.reads.history(accessRegister, ITSELF, request, reply);
  }

  @Post(':id/revoke-access')
  @Route(administrator)
  @Describe({
    tag: 'tokens',
    summary: 'Take it away, at once',
    on,
    description: 'Nothing is done with it any more once this is answered. A revoked token stays revoked.',
    body: { command: RevokeAccess, example: { reason }, creates: false },
  })
  async revoke(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const grant = this.#administered(request);
    const { reason } = readCommand(RevokeAccess, request.body, { ofPath: grant.id }) as RevokeAccess;
    answer(reply, await this.desk.revoke(grant, reason, changer(request, grant)));
  }

  @Post(':id/restore-access')
  @Route(administrator)
  @Describe({
    tag: 'tokens',
    summary: 'What an issuer says of somebody counts again',
    on,
    description: 'Of what an issuer says of people; not of tokens.',
    body: { command: RestoreAccess, example: { reason }, creates: false },
  })
  async restore(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const grant = this.#administered(request);
    const { reason } = readCommand(RestoreAccess, request.body, { ofPath: grant.id }) as RestoreAccess;
    answer(reply, await this.desk.restore(grant, reason, changer(request, grant)));
  }

  /** What another project has is answered as what nobody has. */
  #administered(request: FastifyRequest): KnownGrant {
    const { id } = request.params as { id: string };
    const grant = this.desk.grants.find(id);
    if (grant && administers(request, grant.access.project)) return grant;
    throw new Problem(404, 'unknown-thing', `There is nothing with the id ${id} here.`);
  }
}

const administers = (request: FastifyRequest, project: string) =>
  rolesIn(actorOf(request), project).includes('administrator');

const changer = (request: FastifyRequest, { access }: KnownGrant): Caller => ({
  ...callerOf(request, access.project, idempotencyKey(request.headers)),
  ifMatch: ifMatch(request.headers),
});

function callerOf(request: FastifyRequest, project: string, key: string): Caller {
  const actor = actorOf(request);
  const { correlationId } = namesOf(request);
  return { actor: actor.id, roles: rolesIn(actor, scopeOfProject(project)), idempotencyKey: key, correlationId };
}

function answer(reply: FastifyReply, { id, events, revision, position, code }: Outcome): void {
  const body: OutcomeDocument = { id, events, revision, position: String(position), code };
  reply.code(200).header('etag', `"${revision}"`).header('attest-position', body.position).send(body);
}
