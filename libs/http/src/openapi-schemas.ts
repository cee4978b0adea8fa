import 'reflect-metadata';
import { defaultMetadataStorage } from 'class-transformer/cjs/storage.js';
import { ValidationTypes } from 'class-validator';
import { targetConstructorToSchema } from 'class-validator-jsonschema';
import { allRoles } from './roles.js';
import type { Schema } from './operation.js';

/** JSON Schemas of what HTTP takes and answers, as components of the OpenAPI document. */

/** The fields of fields.ts, by the names of their validators. A test fails when one is missing here. */
export const formats: Record<string, Schema> = {
  isId: { type: 'string', format: 'uuid', description: 'In lower case.' },
  isOccurrence: {
    type: 'string',
    pattern: '^(\\d{4}(-\\d{2}){0,2}(/(\\d{4}(-\\d{2}){0,2}|\\.\\.))?|\\.\\./\\d{4}(-\\d{2}){0,2})$',
    description:
      'When, in EDTF: a day 2018-11-20, some day of 2018-11 or 2018, from - to 2018-11/2020-11, since 2015/.. ; left out = not stated.',
  },
  isDay: { type: 'string', format: 'date', description: 'A day: 2022-03-31.' },
  isDecimalText: {
    type: 'string',
    pattern: '^-?(0|[1-9]\\d{0,17})(\\.\\d{1,9})?$',
    description: 'A decimal number as text: "85", "0.07".',
  },
  isMinorUnits: { type: 'integer', minimum: 0, maximum: 1e15, description: 'Money in minor units (cents).' },
  isCount: { type: 'integer', minimum: 0, maximum: 1e7, description: 'A count of people or things.' },
  isCurrency: { type: 'string', pattern: '^[A-Z]{3}$', description: 'ISO 4217 code: EUR.' },
  isCountry: { type: 'string', pattern: '^[A-Z]{2}$', description: 'ISO 3166-1 code: LY.' },
  isZone: { type: 'string', description: 'IANA time zone: Africa/Tripoli.' },
  isProject: {
    anyOf: [{ type: 'string', format: 'uuid' }, { const: '*' }],
    description: "A project's id, or * for all of them.",
  },
};

/**
 * The body of a command. Parts are written out where they stand: their classes have names that slices choose without
 * knowing of each other, so as components they could clash.
 */
export function bodySchema(command: new () => object, creates: boolean): Schema {
  const schema = schemaOf(command);
  const { id, ...properties } = schema.properties as Record<string, Schema>;
  const required = ((schema.required ?? []) as string[]).filter((name) => name !== 'id');
  const own = { ...id, description: 'The id to give it (UUIDv7). Left out: one that follows from Idempotency-Key.' };
  return {
    ...schema,
    title: command.name,
    properties: creates ? { id: own, ...properties } : properties,
    required: required.length > 0 ? required : undefined,
  };
}

/** Of a class with class-validator's decorators, with its parts; unknown fields are refused. */
export function schemaOf(of: new () => object): Schema {
  const schema = targetConstructorToSchema(of, {
    additionalConverters: {
      ...formats,
      [ValidationTypes.NESTED_VALIDATION]: (meta) => {
        const part = defaultMetadataStorage.findTypeMetadata(meta.target as object, meta.propertyName);
        if (!part) throw new Error(`${of.name}.${meta.propertyName} has no @Type: what it holds would not be checked`);
        return schemaOf(part.typeFunction());
      },
    },
  });
  return { ...schema, additionalProperties: false };
}

// ── Answers ──

const uuid = { type: 'string', format: 'uuid' };
const count = { type: 'integer', minimum: 0 };
const ordinal = { type: 'integer', minimum: 1, description: "The place of an event among the ledger's events." };
const object = (properties: Record<string, Schema>, ...optional: string[]): Schema => ({
  type: 'object',
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
});
const item = {
  id: uuid,
  revision: { ...count, description: 'The ETag: goes into If-Match.' },
  fromOrdinal: ordinal,
  toOrdinal: { type: ['integer', 'null'], description: 'At which it was replaced; null: it stands.' },
  eventId: uuid,
  data: { type: 'object', description: 'Free texts stand beside their hash; what was redacted says so.' },
};
const page = (of: string) =>
  object({
    items: { type: 'array', items: { $ref: `#/components/schemas/${of}` } },
    next: { type: ['string', 'null'], description: 'For `after`; null: this was the last page.' },
  });

export const answers: Record<string, Schema> = {
  Outcome: object({
    id: uuid,
    events: { type: 'array', items: object({ id: uuid, type: { type: 'string' } }) },
    revision: count,
    position: { type: 'string', description: 'For Attest-Min-Position.' },
    code: { enum: ['recorded', 'already-recorded', 'already-so'] },
  }),
  Item: object(item),
  Items: page('Item'),
  Change: object({
    ...item,
    type: { type: 'string', description: 'The type of the event.' },
    recordedAt: { type: 'string', format: 'date-time' },
    actor: { ...uuid, description: 'A random id: who it is stands in the vault.' },
    reason: {
      anyOf: [{ type: 'null' }, object({ code: { type: 'string' }, textHash: { type: 'string' } })],
    },
    changes: {
      type: 'array',
      items: { type: 'string' },
      description: 'What it changed, in sentences; of the first version what it says.',
    },
  }),
  Changes: page('Change'),
  Fault: object({
    pointer: { type: 'string', description: 'JSON Pointer into the body; of a query `?name`.' },
    code: { type: 'string' },
    detail: { type: 'string' },
  }),
  Problem: object({
    type: { type: 'string', format: 'uri' },
    title: { type: 'string' },
    status: { type: 'integer', minimum: 400, maximum: 599 },
    detail: { type: 'string', description: 'A sentence for people.' },
    instance: { type: 'string', description: "The request's id, as in the log." },
    code: { type: 'string', description: 'Stable: for programs.' },
    errors: { type: 'array', items: { $ref: '#/components/schemas/Fault' } },
  }),
  Role: { enum: [...allRoles] },
};
