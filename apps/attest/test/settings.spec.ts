import { describe, expect, test } from '@jest/globals';
import { resolve } from 'node:path';
import { readSettings, readSpan } from '../src/settings.js';

describe('settings', () => {
  test('have a sense without any', () => {
    expect(readSettings({})).toEqual({
      dataFolder: resolve('data'),
      host: '127.0.0.1',
      port: 3000,
      mayMove: true,
      logLevel: 'info',
      database: undefined,
    });
  });
  test('flags win over the environment', () => {
    const settings = readSettings({ ATTEST_PORT: '1', ATTEST_DATA: '/a' }, { port: '8080', data: '/b' });
    expect(settings).toMatchObject({ port: 8080, mayMove: false, dataFolder: '/b' });
  });
  test.each([
    [{ ATTEST_PORT: '65536' }, /^ATTEST_PORT is "65536": it takes a port/],
    [{ ATTEST_PORT: '-1' }, /^ATTEST_PORT/],
    [{ LOG_LEVEL: 'loud' }, /^LOG_LEVEL is "loud": it takes one of fatal, error/],
    [{ DATABASE_URL: 'postgres://a:b@h/d' }, /^DATABASE_URL is set without DATABASE_OWNER_URL/],
    [{ DATABASE_OWNER_URL: 'postgres://a:b@h/d' }, /^DATABASE_OWNER_URL is set without DATABASE_URL/],
    [
      { DATABASE_URL: 'mysql://a:secret@h/d', DATABASE_OWNER_URL: 'postgres://o:b@h/d' },
      /^DATABASE_URL is not a URL of PostgreSQL(?!.*secret)/,
    ],
    [{ DATABASE_URL: 'postgres://a:b@h/d', DATABASE_OWNER_URL: 'postgres://a:b@h/d' }, /name the same role/],
  ])('%j is refused in one line', (environment, line) => {
    expect(() => readSettings(environment)).toThrow(line);
    expect(() => readSettings(environment)).not.toThrow(/\n/);
  });
  test.each([
    ['90m', 5_400],
    ['12h', 43_200],
    ['30d', 2_592_000],
    ['2w', 1_209_600],
  ])('%s is %i seconds', (text, seconds) => expect(readSpan('--expires', text)).toBe(seconds));
  test.each(['', '30', 'd', '0d', '-1d', '1y', '1.5h'])('%j is no span', (text) =>
    expect(() => readSpan('--expires', text)).toThrow(/^--expires is/),
  );
});
