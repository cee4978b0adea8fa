import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { interimReport, projectId, secondReport } from '../../../examples/libmitaf/src/ids.js';
import { startDouble, type Double } from '../../../test/kurrentdb/double.js';
import { until } from './started.js';
import { removeCluster, runAttest, toldApp, type ToldApp } from './told-app.js';
import { describeLong } from '../../../test/support/long.js';

/** `EVENT_STORE=kurrentdb` is all it takes: the story of LIBMITAF is told on both engines, and people see the same. */

let double: Double;
let kurrent: ToldApp;
let postgres: ToldApp;
const folder = mkdtempSync(join(tmpdir(), 'attest-kurrent-'));
const on = (ledger: string) => ({ EVENT_STORE: 'kurrentdb', KURRENTDB_URL: double.url, ATTEST_LEDGER: ledger });

describeLong('a ledger with its log in KurrentDB', () => {
  beforeAll(async () => {
    chmodSync(folder, 0o755);
    double = await startDouble();
    postgres = await toldApp();
    kurrent = await toldApp(on('told'));
  }, 240_000);
  afterAll(async () => {
    await kurrent?.close();
    await postgres?.close();
    await double?.stop();
    for (const name of ['again', 'in-postgres']) removeCluster(join(folder, name));
    rmSync(folder, { recursive: true, force: true });
  });

  /**
   * Two tellings differ in what each draws for itself: salts, and so hashes; the moments of recording; actors, and so the ids
   * of events, which follow from actor and key. Ids become their place among those met so far, so that what names the same
   * event still does. Of one log on two engines everything is the same, byte for byte: see log-copy.e2e-spec.ts.
   */
  function drawn(text: string): string {
    const met = new Map<string, string>();
    return text
      .replaceAll(/"[0-9a-f]{64}"/g, '"hash"')
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'moment')
      .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, (id) => {
        met.set(id, met.get(id) ?? `id ${met.size}`);
        return met.get(id)!;
      });
  }

  async function read(app: ToldApp, path: string): Promise<string> {
    const at = `/v1/projects/${projectId}/${path}`;
    await until(async () => (await app.get(at)).status === 200, 60_000);
    return drawn(JSON.stringify((await app.get(at)).body));
  }

  test.each([
    ['the interim report', `reports/${interimReport}/document?format=json`],
    ['the second report', `reports/${secondReport}/document?format=json`],
    ['activities as of an event', 'activities?asOf=150&limit=200'],
  ])(
    '%s is the same',
    async (_, path) => {
      expect(await read(kurrent, path)).toBe(await read(postgres, path));
    },
    120_000,
  );

  test('lineage names the same events, with the same ordinals', async () => {
    const lineage = async (app: ToldApp) => {
      const { code, out } = await app.run('lineage', '# of participants', '--to', '2023-03-31', '--json');
      expect(code).toBe(0);
      return drawn(out);
    };
    expect(await lineage(kurrent)).toBe(await lineage(postgres));
  }, 120_000);

  test('a replay comes to what is kept, and a register is filled anew', async () => {
    expect(await kurrent.run('replay', '--json')).toMatchObject({
      code: 0,
      out: expect.stringContaining('"identical"') as unknown,
    });
    expect(await kurrent.run('rebuild', 'training-register', '--json')).toMatchObject({ code: 0 });
  }, 120_000);

  test('the doctor finds nothing wrong, and says so where the settings name another log', async () => {
    const { out } = await kurrent.run('doctor', '--json');
    const { findings } = JSON.parse(out) as { findings: { about: string; level: string; says: string }[] };
    const ofLog = findings.filter(({ about }) => ['log', 'guards', 'registers', 'database'].includes(about));
    expect(ofLog.map(({ level }) => level)).toEqual(['well', 'well', 'well']);
    const wrong = await kurrent.runWith({ EVENT_STORE: 'postgres', KURRENTDB_URL: '' }, 'doctor', '--json');
    expect(wrong).toMatchObject({ code: 3, out: expect.stringContaining('attest log copy') as unknown });
  }, 120_000);

  test('a backup holds the log and its texts, and is restored under another name, or in PostgreSQL', async () => {
    const file = join(folder, 'ledger.backup');
    const taken = await kurrent.run('backup', '--to', file, '--json');
    expect(taken).toMatchObject({ code: 0 });
    const { events, texts, root } = JSON.parse(taken.out) as { events: number; texts: number; root: string };
    expect(texts).toBeGreaterThan(5);
    // Beside the log of another engine than the settings say there is nothing to be saved.
    const wrong = await kurrent.runWith(
      { EVENT_STORE: 'postgres', KURRENTDB_URL: '' },
      'backup',
      '--to',
      join(folder, 'empty'),
    );
    expect(wrong).toMatchObject({ code: 2, err: expect.stringContaining('attest log copy') as unknown });
    for (const [name, more] of [
      ['again', on('again')],
      ['in-postgres', { EVENT_STORE: 'postgres', KURRENTDB_URL: '' }],
    ] as const) {
      const back = await runAttest(['restore', file, '--data', join(folder, name), '--json'], more);
      expect(back).toMatchObject({ code: 0 });
      expect(JSON.parse(back.out)).toMatchObject({ events, texts, root });
    }
  }, 180_000);
});
