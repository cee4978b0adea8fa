import { expect, test } from '@jest/globals';
import { isPassing } from './passing.js';

const coded = (code: string) => Object.assign(new Error('what the server says'), { code });

test.each([
  ...['08006', '40001', '40P01', '53300', '57014', '57P01', '57P03', '58030', '25006', '55P03'],
  ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENOTFOUND', 'EAI_AGAIN'],
])('%s passes', (code) => expect(isPassing(coded(code))).toBe(true));

test.each([
  'Connection terminated',
  'Connection terminated unexpectedly',
  'Connection terminated due to connection timeout',
  'Query read timeout',
  'timeout exceeded when trying to connect',
  'timeout expired',
  'Client was closed and is not queryable',
  'Client has encountered a connection error and is not queryable',
  'Cannot use a pool after calling end on the pool',
])('"%s" passes', (words) => expect(isPassing(new Error(words))).toBe(true));

test.each([
  coded('23505'),
  coded('42P01'),
  coded('ENOENT'),
  new TypeError('x is undefined'),
  'ECONNRESET',
  undefined,
  null,
])('%p does not', (fault) => expect(isPassing(fault)).toBe(false));
