import { expect, test } from '@jest/globals';
import { HttpException } from '@nestjs/common';
import {
  ConcurrencyConflict,
  EventIdReused,
  Rejection,
  staleRevision,
  StoreBusy,
  LogDamaged,
  StoreUnavailable,
  UnacceptableEvent,
} from '#event-sourcing';
import { Problem, problemOf } from './problem.js';

const coded = (message: string, code: string) => Object.assign(new Error(message), { code });

test.each([
  [new Rejection('training-voided', 'It was voided.'), 409, 'training-voided'],
  [new Rejection('unknown-activity', 'No such activity.', '/activity'), 409, 'unknown-activity'],
  [new Rejection('unknown-training', 'No such training.'), 404, 'unknown-training'],
  [new Rejection(staleRevision, 'It has changed.'), 412, 'stale-revision'],
  [new ConcurrencyConflict('training-1', 1, 2), 409, 'conflict'],
  [new StoreUnavailable('gone'), 503, 'not-now'],
  [new LogDamaged('gone'), 503, 'log-damaged'],
  [new StoreBusy('4096 appends are waiting'), 429, 'too-many'],
  [new UnacceptableEvent('too large'), 400, 'unacceptable'],
  [coded('connect', 'ECONNREFUSED'), 503, 'not-now'],
  [coded('terminating', '57P01'), 503, 'not-now'],
  [new Error('Connection terminated unexpectedly'), 503, 'not-now'],
  [new HttpException('', 415, { cause: coded('', 'FST_ERR_CTP_INVALID_MEDIA_TYPE') }), 415, 'wrong-type'],
  [new HttpException('', 413, { cause: coded('', 'FST_ERR_CTP_BODY_TOO_LARGE') }), 413, 'too-large'],
  [new HttpException('', 418), 418, 'http-418'],
  [new EventIdReused([]), 500, 'internal'],
  [coded('duplicate key value violates unique constraint', '23505'), 500, 'internal'],
  [new TypeError('x is undefined'), 500, 'internal'],
  ['a string', 500, 'internal'],
  [undefined, 500, 'internal'],
])('%p is answered %i %s', (fault, status, code) => {
  expect(problemOf(fault)).toMatchObject({ status, code });
});

test('what nobody foresaw tells nothing of itself', () => {
  const fault = new Error('select * from secret at /home/somebody/file.ts');
  expect(JSON.stringify(problemOf(fault).toDocument('r1'))).not.toMatch(/select|home|file/);
});

test('what is not now says when', () => {
  expect(problemOf(new StoreUnavailable('x')).headers).toEqual({ 'retry-after': '1' });
  expect(problemOf(new StoreBusy('x')).headers).toEqual({ 'retry-after': '1' });
});

test('a problem document', () => {
  const problem = new Problem(409, 'training-voided', 'It was voided.', [{ pointer: '/x', code: 'c', detail: 'd' }]);
  expect(problem.toDocument('r1')).toEqual({
    type: 'urn:attest:problem:training-voided',
    title: 'Conflict',
    status: 409,
    detail: 'It was voided.',
    instance: 'r1',
    code: 'training-voided',
    errors: [{ pointer: '/x', code: 'c', detail: 'd' }],
  });
});
