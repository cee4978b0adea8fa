import { expect, test } from '@jest/globals';
import type { OrderedEvent } from '#event-sourcing';
import { fromCloudEvent, toCloudEvent, WrongMessage } from './cloud-event.js';

const thing = '018f3f5e-0000-7000-8000-000000000007';
const event: OrderedEvent = {
  id: '018f3f5e-0000-5000-8000-000000000042',
  type: 'TrainingHeld',
  stream: `training-${thing}`,
  thing,
  revision: 0,
  schema: 1,
  scope: '018f3f5e-0000-7000-8000-000000000001',
  recordedAt: '2023-05-02T08:00:00.123Z',
  position: 9_007_199_254_740_993n,
  ordinal: 42,
  data: { headcount: 12, note: { textHash: 'a'.repeat(64) } },
  meta: {
    actor: '0f9a1c1e-5b1f-4f0e-8c39-2f0d7a5c1a01',
    roles: ['officer'],
    commandId: '018f3f5e-0000-5000-8000-000000000041',
    bodyTag: 'b'.repeat(64),
    correlationId: '018f3f5e-1111-7000-8000-000000000005',
  },
};
const sent = () => JSON.parse(JSON.stringify(toCloudEvent(event, 'attest'))) as Record<string, unknown>;

test('an event is a CloudEvent 1.0 in structured JSON', () => {
  expect(sent()).toEqual({
    specversion: '1.0',
    id: event.id,
    source: '/ledgers/attest',
    type: 'attest.TrainingHeld',
    subject: event.stream,
    time: event.recordedAt,
    recordedtime: event.recordedAt,
    datacontenttype: 'application/json',
    dataschema: 'urn:attest:message:TrainingHeld:1',
    sequence: '0000000000000042',
    position: '9007199254740993',
    scope: event.scope,
    partitionkey: event.scope,
    correlationid: event.meta.correlationId,
    traceparent: '00-018f3f5e111170008000000000000005-018f3f5e00005000-01',
    data: { revision: 0, schema: 1, data: event.data, meta: event.meta },
  });
});

test('names of attributes are those that CloudEvents allows', () => {
  for (const name of Object.keys(sent())) expect(name).toMatch(/^[a-z0-9]{1,20}$/);
});

test('what is read is what was sent', () => {
  expect(fromCloudEvent(JSON.stringify(sent()), 'attest')).toEqual(event);
  expect(fromCloudEvent(Buffer.from(JSON.stringify(sent())), 'attest')).toEqual(event);
});

test('sequences compare as the ordinals do', () => {
  const sequences = [9, 10, 99, 1_000_000, 2 ** 53 - 1].map(
    (ordinal) => toCloudEvent({ ...event, ordinal }, 'attest').sequence,
  );
  expect([...sequences].sort()).toEqual(sequences);
});

test('a correlation that is no trace id makes no trace', () => {
  const foreign = { ...event, meta: { ...event.meta, correlationId: 'from elsewhere' } };
  expect(toCloudEvent(foreign, 'attest')).toMatchObject({ traceparent: undefined, correlationid: 'from elsewhere' });
});

test.each([
  ['specversion', '0.3', 'specversion must be 1.0, and is "0.3"'],
  ['source', '/ledgers/another', 'source must be /ledgers/attest, and is "/ledgers/another"'],
  ['id', 'x', 'id must be a UUID, and is "x"'],
  ['type', 'TrainingHeld', 'type must be attest. and the type of an event, and is "TrainingHeld"'],
  ['subject', 'training', 'subject must be a stream, <category>-<uuid>, and is "training"'],
  ['recordedtime', 1, 'recordedtime must be an instant in UTC, and is 1'],
  ['sequence', '42', 'sequence must be 16 digits, and is "42"'],
  ['sequence', '0000000000000000', 'sequence must be 16 digits, and is "0000000000000000"'],
  ['position', '-1', 'position must be a number in digits, and is "-1"'],
  ['scope', undefined, 'scope must be a project or ledger, and is missing'],
  ['data', [], 'data must be an object, and is []'],
  ['data', { schema: 1, data: {}, meta: {} }, 'data.revision must be a whole number, and is missing'],
  ['data', { revision: 0, schema: 1, data: {}, meta: null }, 'data.meta must be an object, and is null'],
])('a message with another %s is refused, and told why', (name, value, told) => {
  const message = JSON.stringify({ ...sent(), [name]: value });
  expect(() => fromCloudEvent(message, 'attest')).toThrow(new WrongMessage(told));
});

test('a message without a value, or without JSON, is refused', () => {
  expect(() => fromCloudEvent(null, 'attest')).toThrow('a message without a value is no event');
  expect(() => fromCloudEvent('{', 'attest')).toThrow(/^the message is not JSON: /);
  expect(() => fromCloudEvent('7', 'attest')).toThrow('the message must be an object, and is 7');
});
