/** What the documentation says of the log's routes. */

type Schema = Readonly<Record<string, unknown>>;

const uuid = { type: 'string', format: 'uuid' };
const moment = { type: 'string', format: 'date-time' };
const ordinal = { type: 'integer', minimum: 0 };
const stretch = { anyOf: [{ type: 'string', format: 'date' }, moment] };
const of = (name: string, description: string, schema: Schema) => ({ name, in: 'query' as const, description, schema });

export const eventsParameters = [
  of('type', 'Only events of this type (docs/events.md lists them), or of several, with commas between them.', {
    type: 'string',
    pattern: '^[A-Z][A-Za-z0-9]*(,[A-Z][A-Za-z0-9]*)*$',
  }),
  of('thing', 'Only what was recorded of this thing.', uuid),
  of('actor', 'Only what this actor recorded: a random id.', uuid),
  of('category', 'Only what was recorded of things of this kind: `training`.', {
    type: 'string',
    pattern: '^[a-z-]+$',
  }),
  of(
    'from',
    'Recorded on this day (UTC) or at this moment, or later. When things took place is in their data.',
    stretch,
  ),
  of('to', 'Recorded on this day (UTC) or at this moment, or before.', stretch),
  of('asOf', "As it was known: an event's ordinal, or a moment such as 2022-03-31T23:59:59Z.", {
    anyOf: [ordinal, moment],
  }),
  of('after', 'The ordinal after which to begin: the `next` of the page before.', ordinal),
  of('limit', 'Items of a page.', { type: 'integer', minimum: 1, maximum: 500, default: 100 }),
  of('wait', 'Seconds to wait for an event where there is none: it is answered as soon as there is one.', {
    type: 'integer',
    minimum: 0,
    maximum: 25,
    default: 0,
  }),
  {
    name: 'Attest-Min-Position',
    in: 'header' as const,
    description: 'Waits until what was recorded up to there is shown.',
    schema: { type: 'string', pattern: '^\\d+$' },
  },
];

const text = { type: 'string' };
const reason = { code: text, textHash: text, text, redacted: { const: true } };

const event = {
  type: 'object',
  properties: {
    ordinal: { ...ordinal, description: "Its place among the ledger's events." },
    id: uuid,
    type: text,
    category: text,
    thing: uuid,
    revision: ordinal,
    recordedAt: moment,
    actor: { ...uuid, description: 'A random id: who it is stands in the vault.' },
    roles: { type: 'array', items: text },
    reason: { anyOf: [{ type: 'null' }, { type: 'object', properties: reason, required: ['code', 'textHash'] }] },
    data: { type: 'object', description: 'Free texts stand beside their hash; what was redacted says so.' },
    sentence: { type: 'string', description: 'The event in words.' },
  },
};

export const eventsAnswer = {
  200: {
    description: 'A page of events, oldest first.',
    schema: {
      type: 'object',
      properties: {
        items: {
          type: 'array',
          items: { ...event, required: Object.keys(event.properties) },
        },
        next: { ...ordinal, description: 'For `after`: also at the end, to go on with what comes.' },
        more: { type: 'boolean', description: 'Whether there is more by now.' },
      },
      required: ['items', 'next', 'more'],
    },
  },
};
