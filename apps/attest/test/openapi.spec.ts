import { describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { bindings } from '#catalogue';
import { CatalogueModule } from '#catalogue/src/catalogue.module.js';
import type { CommandClass } from '#event-sourcing';
import { apiDocument, controllersOf, operationOf, readCommand, settingsOfMethod, specOf } from '#http';

const controllers = controllersOf(CatalogueModule);
const document = JSON.parse(JSON.stringify(apiDocument([CatalogueModule], '1.2.3'))) as Document;
const id = '018f3f5e-0000-7000-8000-000000000001';

interface Document {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object> };
}
interface Operation {
  operationId: string;
  summary: string;
  parameters: { $ref?: string; name?: string }[];
  responses: Record<string, { $ref?: string }>;
  requestBody?: { content: { 'application/json': { schema: { $ref: string }; example: object } } };
}
const operations = Object.entries(document.paths).flatMap(([path, verbs]) =>
  Object.entries(verbs).map(([verb, operation]) => ({ path, verb, operation })),
);
const commands = controllers.flatMap((controller) => {
  const spec = specOf(controller);
  return Object.entries(spec?.commands ?? {}).map(([name, { example, creates }]) => {
    const command = spec!.decider.commands[name] as CommandClass;
    return { name, command, example, creates: creates ?? false };
  });
});

const ajv = new Ajv2020({ strict: false, allErrors: true });
(addFormats as unknown as (on: Ajv2020) => void)(ajv);
ajv.addSchema({ $id: 'openapi', components: document.components });

describe('the document', () => {
  test('is OpenAPI 3.1, and all its references lead somewhere', () => {
    expect(document.openapi).toBe('3.1.0');
    for (const [reference] of JSON.stringify(document).matchAll(/#\/components\/[\w/]+/g)) {
      const found = reference
        .slice(2)
        .split('/')
        .reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], document);
      expect([reference, found]).toEqual([reference, expect.anything()]);
    }
  });

  test('names each operation once', () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(ids.filter((one, index) => ids.indexOf(one) !== index)).toEqual([]);
  });

  test('has every route of every controller', () => {
    const silent = controllers.flatMap((controller) =>
      Object.getOwnPropertyNames(controller.prototype).flatMap((name) => {
        const method = (controller.prototype as Record<string, object>)[name]!;
        const isRoute = name !== 'constructor' && Reflect.hasMetadata('path', method);
        return isRoute && !(operationOf(method) && settingsOfMethod(method)) ? [`${controller.name}.${name}`] : [];
      }),
    );
    expect(silent).toEqual([]);
  });

  test('has the parameters of a path for every path', () => {
    for (const { path, operation } of operations) {
      const names = operation.parameters.map((parameter) => parameter.name);
      for (const [, name] of path.matchAll(/\{(\w+)\}/g)) expect(names).toContain(name);
    }
  });

  test('says what a command may be answered', () => {
    expect(Object.keys(document.paths['/v1/projects/{project}/trainings']!.post!.responses)).toEqual([
      '200',
      '201',
      '400',
      '401',
      '403',
      '404',
      '409',
      '412',
      '413',
      '415',
      '429',
      '503',
    ]);
  });
});

test('says of every field of every command what it takes: a validator without a schema would leave it open', () => {
  const open: string[] = [];
  const look = (schema: Record<string, unknown>, at: string) => {
    if (!['type', 'enum', 'const', 'anyOf', 'oneOf'].some((key) => key in schema)) open.push(at);
    if (schema.type === 'array') look((schema.items ?? {}) as Record<string, unknown>, `${at}[]`);
    const properties = (schema.properties ?? {}) as Record<string, Record<string, unknown>>;
    for (const [name, property] of Object.entries(properties)) look(property, `${at}.${name}`);
  };
  for (const { name } of commands) look(document.components.schemas[name] as Record<string, unknown>, name);
  expect(open).toEqual([]);
});

test('every command that a decider takes is bound once, and those that HTTP takes are among them', () => {
  const bound = bindings(() => Promise.resolve([])).flatMap(({ decider }) => Object.keys(decider.commands));
  expect(new Set(bound).size).toBe(bound.length);
  expect(commands.filter(({ name }) => !bound.includes(name))).toEqual([]);
});

describe('the example of', () => {
  test.each(commands.map((one) => [one.name, one] as const))(
    '%s works when pasted',
    (name, { command, example, creates }) => {
      const body = JSON.parse(JSON.stringify(example)) as object;
      expect(readCommand(command, body, creates ? { otherwise: id } : { ofPath: id })).toBeInstanceOf(command);
      const validate = ajv.getSchema(`openapi#/components/schemas/${name}`)!;
      void validate(body);
      expect(validate.errors ?? []).toEqual([]);
    },
  );
});
