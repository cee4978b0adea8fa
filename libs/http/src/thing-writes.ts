import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { commandId, isUuid, type CommandClass, type Outcome } from '#event-sourcing';
import { actorOf, scopeOf, type Access } from './access.js';
import { send } from './commands.js';
import { idempotencyKey, ifMatch } from './headers.js';
import { namesOf } from './logging.js';
import { Problem } from './problem.js';
import { EVERY_PROJECT, rolesIn } from './roles.js';
import { readCommand } from './validation.js';

/** The answer to a command. `position` is opaque: it goes back in Attest-Min-Position. */
export interface OutcomeDocument {
  id: string;
  events: { id: string; type: string }[];
  revision: number;
  position: string;
  code: Outcome['code'];
}

/** Takes a request for a command: body and path become the command, headers and token its envelope. */
@Injectable()
export class ThingWrites {
  constructor(private readonly bus: CommandBus) {}

  async send(of: CommandClass, access: Access, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const outcome = await this.#record(of, access, request);
    answer(reply.code(200), outcome);
  }

  async create(of: CommandClass, access: Access, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const outcome = await this.#record(of, access, request);
    const isMade = outcome.code !== 'already-so';
    if (isMade) reply.header('location', `${request.url.split('?', 1)[0]}/${outcome.id}`);
    answer(reply.code(isMade ? 201 : 200), outcome);
  }

  #record(of: CommandClass, access: Access, request: FastifyRequest): Promise<Outcome> {
    const actor = actorOf(request);
    const key = idempotencyKey(request.headers);
    const { id: ofPath } = request.params as { id?: string };
    if (ofPath !== undefined && !isUuid(ofPath)) {
      throw new Problem(404, 'unknown-thing', `There is nothing with the id ${ofPath} here.`);
    }
    const command = readCommand(of, request.body, {
      ofPath,
      get otherwise() {
        return commandId(actor.id, key);
      },
    });
    const path = scopeOf(access, request.params);
    return send(this.bus, command, {
      actor: actor.id,
      roles: rolesIn(actor, path),
      // A thing that is itself a scope is made in its own.
      scope: path === EVERY_PROJECT ? command.id : path,
      idempotencyKey: key,
      ifMatch: ifMatch(request.headers),
      correlationId: namesOf(request).correlationId,
    });
  }
}

function answer(reply: FastifyReply, { id, events, revision, position, code }: Outcome): void {
  const body: OutcomeDocument = { id, events, revision, position: String(position), code };
  reply.header('etag', `"${revision}"`).header('attest-position', body.position).send(body);
}
