import { SetMetadata, type Type } from '@nestjs/common';
import type { CommandClass } from '#event-sourcing';

/** A JSON Schema, as OpenAPI 3.1 takes it. */
export type Schema = Readonly<Record<string, unknown>>;

export interface Parameter {
  name: string;
  /** `path`: of a parameter of the path that is no id of a thing. */
  in: 'query' | 'header' | 'path';
  description: string;
  schema: Schema;
  required?: boolean;
  example?: unknown;
}

/**
 * The project that examples are about: LIBMITAF, as `npm run demo` records it. Ids of that story follow from names, so
 * that the ids in examples name its things in every ledger. A test pastes all of them (examples/libmitaf).
 */
export const exampleProject = 'cc6c8fd9-a1fa-5a8c-8925-b951804bb7dc';

/** What an example rests on, so that it works when pasted. */
export interface ExampleOn {
  /** The path's `{id}`: a thing of LIBMITAF, in a state in which the example is accepted. */
  on?: string;
  /** The command whose example comes first, where the demo lacks what this one needs. The documentation says so. */
  after?: string;
}

/**
 * What the documentation says of a route. On a controller's method: `@Describe({ tag, summary, ... })`; path, verb, path
 * parameters, roles and refusals come from the method's other decorators.
 */
export interface Operation extends ExampleOn {
  summary: string;
  description?: string;
  /** Under which heading; the name of the controller without it. */
  tag?: string;
  parameters?: readonly Parameter[];
  /** It takes a command: its headers and its answer are those of all commands. */
  body?: { command: CommandClass; example: object; creates: boolean };
  /** It reads a register: its parameters and answers are those of all registers. */
  read?: 'list' | 'one' | 'history';
  /** Of a route that neither takes a command nor reads a register. */
  request?: { schema: Schema; example: unknown; type?: string };
  /** By status; what is refused is added. */
  responses?: Readonly<Record<string, { description: string; schema?: Schema; example?: unknown; type?: string }>>;
}

const OPERATION = 'attest:operation';

/** Puts a route into `/openapi.json`. Every route but the documentation's own has one: a test sees to it. */
export const Describe = (operation: Operation): MethodDecorator => SetMetadata(OPERATION, operation);

export const operationOf = (method: object): Operation | undefined =>
  Reflect.getMetadata(OPERATION, method) as Operation | undefined;

/** The controllers of a module and of all it imports, in order, each once. */
export function controllersOf(module: unknown, seen = new Set<unknown>()): Type[] {
  if (typeof module === 'object' && module !== null && 'module' in module) {
    const {
      module: of,
      controllers = [],
      imports = [],
    } = module as { module: Type; controllers?: Type[]; imports?: unknown[] };
    return [...imports.flatMap((one) => controllersOf(one, seen)), ...controllers, ...controllersOf(of, seen)];
  }
  if (typeof module !== 'function' || seen.has(module)) return [];
  seen.add(module);
  const imports = (Reflect.getMetadata('imports', module) ?? []) as unknown[];
  const own = (Reflect.getMetadata('controllers', module) ?? []) as Type[];
  return [...own, ...imports.flatMap((one) => controllersOf(one, seen))];
}
