import { applyDecorators, SetMetadata } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isUuid } from '#event-sourcing';
import type { Charge } from './limits.js';
import { Problem } from './problem.js';
import { EVERY_PROJECT, LEDGER, rolesIn, suffices, type Actor, type Needed } from './roles.js';
import type { Role } from './thing-controller.js';
import { unauthorised, type TokenVerifier } from './tokens.js';

/**
 * Who may use a route. `project`: the scope is the path's `:project`; `self`: the path's `:id` is itself the scope, and
 * without one (a creation, a list) the role must hold for every project or (reader) for any; `ledger`: no project's, where a
 * role in any project does, unless `everywhere` says that it must hold for every one.
 */
export type Access = 'anonymous' | { scope: 'project' | 'ledger' | 'self'; role: Needed; everywhere?: true };

export interface RouteSettings {
  access: Access;
  /** Bytes; 256 KiB without it. */
  bodyLimit?: number;
  /** The body is NDJSON, as a stream of any length; `request.body` is that stream. */
  takes?: 'lines';
}

/** On every route. One without it wants a token and tells nobody but readers of some project anything. */
export const Route = (settings: RouteSettings) =>
  applyDecorators(SetMetadata(SETTINGS, settings), RouteConfig({ attest: settings }));

const SETTINGS = 'attest:route';
const CLOSED: RouteSettings = { access: { scope: 'ledger', role: 'reader' } };

/** As Fastify knows them, from the configuration of a route. */
export const settingsOf = (config: unknown): RouteSettings =>
  (config as { attest?: RouteSettings } | undefined)?.attest ?? CLOSED;

/** As the method of a controller says. */
export const settingsOfMethod = (method: object): RouteSettings =>
  (Reflect.getMetadata(SETTINGS, method) as RouteSettings | undefined) ?? CLOSED;

const VERIFIER = Symbol('attest:verifier');
const actors = new WeakMap<FastifyRequest, Actor>();

/** Who asks; throws 401 on an anonymous route without a token. */
export function actorOf(request: FastifyRequest): Actor {
  return actors.get(request) ?? missing();
}

/** For what lasts longer than an answer: throws 401 once the token that the request came with holds no longer. */
export async function stillHolds(request: FastifyRequest): Promise<void> {
  const tokens = request.server.getDecorator<TokenVerifier>(VERIFIER);
  await tokens.verify(bearer(request) ?? missing());
}

export const knownActor = (request: FastifyRequest): Actor | undefined => actors.get(request);

/** The scope of the path: a project's id, or `ledger`. */
export function scopeOf(access: Access, params: unknown): string {
  const { project, id } = (params ?? {}) as { project?: string; id?: string };
  if (access === 'anonymous') return LEDGER;
  if (access.scope === 'self') return id ?? EVERY_PROJECT;
  return access.scope === 'project' ? (project ?? LEDGER) : LEDGER;
}

/**
 * Lets in who may. In a hook that runs before the body is read, so that nobody without a token makes us read one, and
 * before Nest's guards, so that no controller can forget it.
 */
export function guardRoutes(fastify: FastifyInstance, tokens: TokenVerifier, charge: Charge): void {
  fastify.decorate(VERIFIER, tokens);
  fastify.addHook('onRequest', async (request, reply) => {
    const token = bearer(request);
    if (token === undefined || request.is404) charge(request, reply);
    if (request.is404) return;
    const { access } = settingsOf(request.routeOptions.config);
    if (access === 'anonymous') {
      // Reasons of health are for those with a token; a bad one is no reason to hide whether we are alive.
      if (token)
        await (tokens.recall ?? tokens.verify).call(tokens, token).then(
          (actor) => actors.set(request, actor),
          () => undefined,
        );
      if (token) charge(request, reply, knownActor(request)?.tokenId);
      return;
    }
    if (!token) return missing();
    const actor = await tokens.verify(token).catch((fault: unknown) => {
      charge(request, reply);
      throw fault;
    });
    charge(request, reply, actor.tokenId);
    actors.set(request, actor);
    check(actor, access, request.params);
  });
}

/** Throws 404 where the token has no role at all, so that it tells nothing of other projects, 403 where it is too small. */
export function check(actor: Actor, access: Exclude<Access, 'anonymous'>, params: unknown): void {
  const scope = scopeOf(access, params);
  const { project, id } = params as { project?: string; id?: string };
  const named = access.scope === 'project' ? project : access.scope === 'self' ? id : undefined;
  // `ledger` and `*` are scopes too, but no project's.
  if (access.scope === 'project' ? !isUuid(named) : named !== undefined && !isUuid(named)) throw unknownProject();
  const isWhole = access.scope === 'self' && scope === EVERY_PROJECT && access.role === 'reader';
  const roles = rolesIn(actor, access.everywhere ? EVERY_PROJECT : isWhole ? LEDGER : scope);
  if (suffices(roles, access.role, scope)) return;
  if (roles.length === 0 && scope !== LEDGER && scope !== EVERY_PROJECT) throw unknownProject();
  throw tooSmall(access, roles);
}

function tooSmall({ role, everywhere }: Exclude<Access, 'anonymous'>, roles: readonly Role[]): Problem {
  const [where, here] = everywhere ? [' for every project', 'there'] : ['', 'here'];
  const has = roles.length === 0 ? `none ${here}` : roles.join(', ');
  return new Problem(403, 'role-missing', `This needs the role ${role}${where}; your token has ${has}.`);
}

/** The same words for a project that is not there and for one that the token may not see. */
export const unknownProject = () =>
  new Problem(404, 'unknown-project', 'There is no such project, or your token has no role in it.');

function missing(): never {
  throw unauthorised('token-missing', 'Send your token: Authorization: Bearer <token>.');
}

function bearer({ headers }: FastifyRequest): string | undefined {
  return /^Bearer +([\w.~+/-]+=*)$/i.exec(headers.authorization ?? '')?.[1];
}
