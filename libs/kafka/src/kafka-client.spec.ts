import { expect, test } from '@jest/globals';
import { isRefusal, reasonOf } from './kafka-client.js';

/** As kafkajs makes them. */
const like = (message: string, more: object) => Object.assign(new Error(message), more);
const refused = like('Replication-factor is invalid', { type: 'INVALID_REPLICATION_FACTOR', topic: 'attest.log' });

test.each<[string, unknown, string, boolean]>([
  [
    'a list',
    like('Topic creation errors', { errors: [refused] }),
    'topic attest.log: Replication-factor is invalid',
    true,
  ],
  [
    'a cause of a cause',
    like('outer', { cause: like('tries', { cause: like('Not authorized', { type: 'TOPIC_AUTHORIZATION_FAILED' }) }) }),
    'Not authorized',
    true,
  ],
  [
    'a list of partitions',
    like('Error while deleting records', {
      partitions: [{ partition: 0, error: like('Not authorized', { type: 'TOPIC_AUTHORIZATION_FAILED' }) }],
    }),
    'Not authorized',
    true,
  ],
  ['a wrong password', like('SASL failed', { name: 'KafkaJSSASLAuthenticationError' }), 'SASL failed', true],
  [
    'addresses of one name',
    new AggregateError([like('connect ECONNREFUSED ::1:9092', {})]),
    'connect ECONNREFUSED ::1:9092',
    false,
  ],
  [
    'a broker that is away',
    like('Connection timeout', { name: 'KafkaJSConnectionError' }),
    'Connection timeout',
    false,
  ],
  ['no message', like('', { name: 'KafkaJSTimeout' }), 'KafkaJSTimeout', false],
  ['no error at all', 'text', 'text', false],
  ['nothing', undefined, 'undefined', false],
])('of %s it says what happened, and whether somebody must mend it', (_, fault, reason, mend) => {
  expect(reasonOf(fault)).toBe(reason);
  expect(isRefusal(fault)).toBe(mend);
});
