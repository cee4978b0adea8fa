import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Setting } from '#hosting/src/settings/setting.js';
import { readSettings, readSpan, settingsTable, WrongSetting } from '#hosting/src/settings/settings.js';
import { settingsHelp, settingsPage } from '#hosting/src/settings/settings-page.js';

const all: Setting<unknown>[] = Object.values(settingsTable);

describe('settings', () => {
  test('have a sense without any', () => {
    expect(readSettings({})).toMatchObject({
      dataFolder: resolve('data'),
      host: '127.0.0.1',
      port: 3000,
      mayMove: true,
      metrics: { host: '127.0.0.1', port: 9464 },
      metricsMayMove: true,
      logLevel: 'info',
      database: undefined,
    });
    expect(readSettings({}, {}, true).logLevel).toBe('warn');
  });
  test('flags win over the environment', () => {
    const settings = readSettings({ ATTEST_PORT: '1', ATTEST_DATA: '/a' }, { port: '8080', data: '/b' });
    expect(settings).toMatchObject({ port: 8080, dataFolder: '/b' });
  });
  test('an empty one counts as not set', () => {
    expect(readSettings({ ATTEST_PORT: '', LOG_LEVEL: '' })).toEqual(readSettings({}));
  });
  test('a port that was named is meant: only the usual one may move', () => {
    expect(readSettings({ ATTEST_PORT: '3000' }).mayMove).toBe(false);
    expect(readSettings({}, { port: '3000' }).mayMove).toBe(false);
    expect(readSettings({ ATTEST_METRICS: '127.0.0.1:9464' }).metricsMayMove).toBe(false);
  });
  test.each([
    ['0.0.0.0:9000', { host: '0.0.0.0', port: 9000 }],
    ['[::1]:0', { host: '::1', port: 0 }],
    ['metrics.internal:9464', { host: 'metrics.internal', port: 9464 }],
    ['off', 'off'],
  ])('metrics may be at %s', (given, metrics) =>
    expect(readSettings({ ATTEST_METRICS: given }).metrics).toEqual(metrics),
  );

  test.each([
    [{ ATTEST_PORT: '65536' }, /^ATTEST_PORT is "65536": it takes a port/],
    [{ ATTEST_PORT: '-1' }, /^ATTEST_PORT/],
    [{ ATTEST_METRICS: '9464' }, /^ATTEST_METRICS is "9464": it takes host:port, such as 127\.0\.0\.1:9464, or off\.$/],
    [{ ATTEST_METRICS: 'here:65536' }, /^ATTEST_METRICS/],
    [{ ATTEST_METRICS: '::1:9464' }, /^ATTEST_METRICS/],
    [{ LOG_LEVEL: 'loud' }, /^LOG_LEVEL is "loud": it takes one of fatal, error/],
    [{ DATABASE_URL: 'postgres://a:b@h/d' }, /^DATABASE_URL is set without DATABASE_OWNER_URL/],
    [{ DATABASE_OWNER_URL: 'postgres://a:b@h/d' }, /^DATABASE_OWNER_URL is set without DATABASE_URL/],
    [
      { DATABASE_URL: 'mysql://a:secret@h/d', DATABASE_OWNER_URL: 'postgres://o:b@h/d' },
      /^DATABASE_URL is not right: it takes a URL of PostgreSQL(?!.*secret)/,
    ],
    [{ DATABASE_URL: 'postgres://a:b@h/d', DATABASE_OWNER_URL: 'postgres://a:b@h/d' }, /name the same role/],
    [{ ATTEST_PROT: '1' }, /^ATTEST_PROT is no setting; did you mean ATTEST_PORT\?$/],
    [{ ATTEST_METRIC: 'off' }, /did you mean ATTEST_METRICS\?$/],
    [{ ATTEST_COLOUR_OF_THE_SEA: 'blue' }, /^ATTEST_COLOUR_OF_THE_SEA is no setting; attest start --help lists/],
  ])('%j is refused in one line', (environment, line) => {
    expect(() => readSettings(environment)).toThrow(WrongSetting);
    expect(() => readSettings(environment)).toThrow(line);
    expect(() => readSettings(environment)).not.toThrow(/\n/);
  });
  test('what is of the tests, or of others, is left alone', () => {
    expect(readSettings({ ATTEST_TEST_RUNS: '60', ATTESTATION: 'x', PATH: '/bin' })).toEqual(readSettings({}));
  });

  test.each([
    ['90m', 5_400],
    ['12h', 43_200],
    ['30d', 2_592_000],
    ['2w', 1_209_600],
  ])('%s is %i seconds', (text, seconds) => expect(readSpan('--expires', text)).toBe(seconds));
  test.each(['', '30', 'd', '0d', '-1d', '2y', '367d', '1.5h'])('%j is no span', (text) =>
    expect(() => readSpan('--expires', text)).toThrow(/^--expires is/),
  );
});

describe('the table of settings', () => {
  test('names each once, and what holds without it can be read', () => {
    const names = all.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { name, form, otherwise, onTerminal } of all) {
      for (const given of [otherwise, onTerminal])
        if (given !== undefined) expect([name, form.read(given)]).toEqual([name, expect.anything()]);
    }
  });
  test('nothing that is secret has a value that everybody knows', () => {
    expect(all.filter(({ isSecret, otherwise }) => isSecret && otherwise !== undefined)).toEqual([]);
    expect(
      all.filter(({ name, isSecret }) => /URL$|SECRET|PASSWORD/.test(name) && !isSecret && /DATABASE/.test(name)),
    ).toEqual([]);
  });
  test('is the page in the docs and the end of --help', () => {
    const page = readFileSync(join(import.meta.dirname, '../../../docs/settings.md'), 'utf8');
    expect(page).toBe(settingsPage());
    for (const { name } of all) {
      expect(page).toContain(`### ${name}\n`);
      expect(settingsHelp()).toContain(`  ${name} `);
    }
  });
});
