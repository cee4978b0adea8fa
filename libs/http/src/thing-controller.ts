import { Controller, Get, Inject, Post, Req, Res, type Type } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AnyDecider, AnyRegister, CommandClass } from '#event-sourcing';
import { Route, type RouteSettings } from './access.js';
import { Describe, type ExampleOn, type Operation } from './operation.js';
import { kebab } from './validation.js';
import { ThingReads } from './thing-reads.js';
import { ThingWrites } from './thing-writes.js';

export type Role = 'officer' | 'manager' | 'auditor' | 'reporter' | 'administrator';

/** A command as HTTP takes it. */
export interface CommandSpec extends ExampleOn {
  /** The least role that may send it; a manager may what an officer may. */
  role: Role;
  /** The role must hold for every project, as what is private to none concerns them all. */
  everywhere?: true;
  /** It makes the thing; at most one does. */
  creates?: true;
  summary: string;
  description?: string;
  /** A body that works when pasted, on the thing `on`: without it, on that of the specification. */
  example: object;
  /** Bytes; 256 KiB without it. */
  bodyLimit?: number;
}

/** A kind of thing as HTTP shows it: its commands, its register, and who may do what. `on` and `after`: of its reads. */
export interface ThingSpec extends ExampleOn {
  /** The path: `trainings` under `/v1/projects/{project}`, or under `/v1` where the scope is the ledger or the thing itself. */
  things: string;
  /** `project`: in a project. `ledger`: private to no project. `self`: the thing is itself a scope (a project). */
  scope: 'project' | 'ledger' | 'self';
  decider: AnyDecider;
  register?: AnyRegister;
  commands: Record<string, CommandSpec>;
  /** What its commands say holds for all that is in the scope: in a bulk they keep their place among the lines. */
  inOrder?: true;
}

type Handler = (this: ThingController, request: FastifyRequest, reply: FastifyReply) => Promise<void>;

/** What the routes of all kinds of things stand on. */
class ThingController {
  constructor(
    readonly reads: ThingReads,
    readonly writes: ThingWrites,
  ) {}
}

/**
 * Routes for one kind of thing: a POST per command, a list, one, and its history, all as of any ordinal.
 * Throws where a command is not the decider's, or two would be created at one path.
 */
export function thingController(spec: ThingSpec): Type {
  const { things } = spec;
  // Route by route, as decorators on a class cannot be written for methods that a specification names.
  const controller = class extends ThingController {};
  Object.defineProperty(controller, 'name', { value: `${pascal(things)}Controller` });
  Inject(ThingReads)(controller, undefined, 0);
  Inject(ThingWrites)(controller, undefined, 1);
  Controller(baseOf(spec))(controller);
  Reflect.defineMetadata(SPEC, spec, controller);

  for (const route of [...commandRoutes(spec), ...(spec.register ? readRoutes(spec.register, spec) : [])]) {
    add(controller, things, route);
  }
  return controller;
}

const baseOf = ({ scope, things }: ThingSpec) =>
  scope === 'project' ? `v1/projects/:project/${things}` : `v1/${things}`;
const endOf = (command: string) => `:id/${kebab(command)}`;

/** The paths that its commands are posted to: `/v1/projects/:project/trainings/:id/void-training`. */
export const commandPathsOf = (spec: ThingSpec): string[] =>
  Object.entries(spec.commands).map(([name, { creates }]) => `/${baseOf(spec)}${creates ? '' : `/${endOf(name)}`}`);

interface ThingRoute {
  /** Of the method. */
  name: string;
  verb: MethodDecorator;
  settings: RouteSettings;
  operation: Operation;
  handler: Handler;
}

function add({ prototype }: Type, tag: string, { name, verb, settings, operation, handler }: ThingRoute): void {
  Object.defineProperty(prototype, name, { value: handler, writable: true, configurable: true });
  const descriptor = Object.getOwnPropertyDescriptor(prototype, name)!;
  Req()(prototype as object, name, 0);
  Res()(prototype as object, name, 1);
  for (const decorate of [verb, Route(settings), Describe({ tag, ...operation })]) {
    decorate(prototype as object, name, descriptor);
  }
}

function commandRoutes({ things, scope, decider, commands, on: usual }: ThingSpec): ThingRoute[] {
  const created = Object.entries(commands).filter(([, { creates }]) => creates);
  if (created.length > 1) throw new Error(`two commands create ${things}: ${created.map(([name]) => name).join(', ')}`);
  return Object.entries(commands).map(([name, { role, everywhere, creates = false, example, bodyLimit, ...told }]) => {
    const command = decider.commands[name] as CommandClass | undefined;
    if (!command) throw new Error(`the decider of ${things} does not take the command ${name}`);
    const access = { scope, role, everywhere };
    return {
      name,
      verb: creates ? Post() : Post(endOf(name)),
      settings: { access, bodyLimit },
      operation: { on: usual, ...told, body: { command, example, creates } },
      handler(request, reply) {
        const { writes } = this;
        return creates ? writes.create(command, access, request, reply) : writes.send(command, access, request, reply);
      },
    };
  });
}

function readRoutes(register: AnyRegister, { scope, on, after }: ThingSpec): ThingRoute[] {
  const access = { scope, role: 'reader' } as const;
  const summaries = {
    list: `List the ${register.name}`,
    one: `One of the ${register.name}`,
    history: 'Who changed it, what, when and why',
  };
  const paths = { list: '', one: ':id', history: ':id/history' };
  return (['list', 'one', 'history'] as const).map((read) => ({
    name: read,
    verb: Get(paths[read]),
    settings: { access },
    operation: { summary: summaries[read], read, ...(read !== 'list' && { on, after }) },
    handler(request, reply) {
      return this.reads[read](register, access, request, reply);
    },
  }));
}

const SPEC = 'attest:thing-spec';

/** The specification that a controller was made from; undefined for one written by hand. */
export const specOf = (controller: Type): ThingSpec | undefined =>
  Reflect.getMetadata(SPEC, controller) as ThingSpec | undefined;

const pascal = (name: string) => name.replace(/(^|-)([a-z])/g, (_, __, letter: string) => letter.toUpperCase());
