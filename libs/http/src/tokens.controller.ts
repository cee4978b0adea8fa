import { Controller, Inject, Post, Req, Res } from '@nestjs/common';
import { IsArray, ArrayMaxSize, ArrayMinSize, IsIn, IsInt, Max, Min } from 'class-validator';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isUuid, IsTitle } from '#event-sourcing';
import { actorOf, Route } from './access.js';
import { Describe } from './operation.js';
import { invalidBody, Problem } from './problem.js';
import { allRoles, EVERY_PROJECT, rolesIn } from './roles.js';
import { schemaOf } from './openapi-schemas.js';
import type { Role } from './thing-controller.js';
import { Tokens } from './tokens.js';
import { readBody } from './validation.js';

/** The vault of actors' names: events know a person by a random id alone. */
export abstract class Actors {
  /** The id of the actor of this name, made at random when it is new. */
  abstract idOf(name: string): Promise<string>;
}

const DAY = 86_400;
export const LONGEST_LIFE = 366 * DAY;

/** What a token is to say. */
export class TokenRequest {
  /** Who it is for: a person or a program. Kept in the vault, never in an event. */
  @IsTitle(200) actor!: string;
  @IsArray() @ArrayMinSize(1) @ArrayMaxSize(5) @IsIn(allRoles, { each: true }) roles!: Role[];
  /** A project's id, or `*` for all. */
  @IsTitle(36) project!: string;
  /** Seconds. */
  @IsInt() @Min(60) @Max(LONGEST_LIFE) expiresIn!: number;
}

export interface IssuedToken {
  token: string;
  actor: string;
  expiresAt: string;
}

/** Issues tokens: over HTTP by an administrator, and within the application. */
export class TokenIssuer {
  constructor(
    private readonly tokens: Tokens,
    private readonly actors: Actors,
    private readonly clock: () => Date = () => new Date(),
  ) {}

  async issue({ actor: name, roles, project, expiresIn }: TokenRequest): Promise<IssuedToken> {
    const actor = await this.actors.idOf(name);
    const token = await this.tokens.issue({ actor, roles: { [project]: roles }, expiresIn });
    return { token, actor, expiresAt: new Date(this.clock().getTime() + expiresIn * 1000).toISOString() };
  }
}

@Controller('v1/tokens')
export class TokensController {
  constructor(@Inject(TokenIssuer) private readonly issuer: TokenIssuer) {}

  @Post()
  @Route({ access: { scope: 'ledger', role: 'administrator' }, bodyLimit: 4096 })
  @Describe({
    tag: 'tokens',
    summary: 'Issue a token',
    description: 'It is shown once, and kept nowhere.',
    request: {
      schema: schemaOf(TokenRequest),
      example: { actor: 'Amal, field office', roles: ['officer'], project: EVERY_PROJECT, expiresIn: 30 * DAY },
    },
    responses: {
      201: {
        description: 'The token.',
        schema: {
          type: 'object',
          properties: {
            token: { type: 'string' },
            actor: { type: 'string', format: 'uuid' },
            expiresAt: { type: 'string', format: 'date-time' },
          },
          required: ['token', 'actor', 'expiresAt'],
        },
      },
    },
  })
  async issue(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const wanted = readBody(TokenRequest, request.body);
    if (wanted.project !== EVERY_PROJECT && !isUuid(wanted.project)) {
      const detail = "project takes a project's id, or * for all of them.";
      throw invalidBody([{ pointer: '/project', code: 'is-project', detail }]);
    }
    // Whoever administers one project gives no rights in others.
    if (!rolesIn(actorOf(request), wanted.project).includes('administrator')) {
      throw new Problem(403, 'role-missing', 'Your token does not administer that project.');
    }
    const issued = await this.issuer.issue(wanted);
    reply.code(201).header('cache-control', 'no-store').send(issued);
  }
}
