import { startDouble, type Double } from '../kurrentdb/double.js';
import type { ServiceProcess } from '../services/service-process.js';
import { ServiceStand } from '../services/stand.js';
import { readYamls } from './files.js';

/**
 * What deploy/kubernetes/large scales on is on the page of who is scaled, with the log where that shape has it: in KurrentDB,
 * here its protocol double.
 */

interface Autoscaler {
  spec: {
    scaleTargetRef: { name: 'recorder' | 'reporter' };
    metrics: { pods?: { metric: { name: string; selector?: { matchLabels: Record<string, string> } } } }[];
  };
}
const scaled = (readYamls('deploy/kubernetes/large/autoscaling.yaml') as Autoscaler[]).map(({ spec }) => ({
  role: spec.scaleTargetRef.name,
  metrics: spec.metrics.flatMap(({ pods }) => pods?.metric ?? []),
}));

let double: Double | undefined;
let stand: ServiceStand | undefined;
let running: ServiceProcess[];
beforeAll(async () => {
  double = await startDouble();
  stand = await ServiceStand.open();
  const onKurrentDb = { EVENT_STORE: 'kurrentdb', KURRENTDB_URL: double.url };
  expect(await stand.setUp(onKurrentDb)).toMatchObject({ code: 0, err: expect.stringContaining('are up to date') });
  running = await Promise.all(scaled.map(({ role }) => stand!.start(role, onKurrentDb)));
}, 60_000);
afterAll(async () => {
  await stand?.close();
  await double?.stop();
}, 60_000);

test('recorders and reporters scale; a projector, of which one leads, does not', () => {
  expect(scaled.map(({ role }) => role).sort()).toEqual(['recorder', 'reporter']);
});

test.each(scaled)('the $role tells what it scales on', async ({ role, metrics }) => {
  const page = await running.find(({ service }) => service === role)!.metrics();
  expect(metrics).not.toEqual([]);
  for (const { name, selector } of metrics) {
    const labels = Object.entries(selector?.matchLabels ?? {}).map(([label, value]) => `${label}="${value}"`);
    const samples = page.split('\n').filter((line) => new RegExp(`^${name}[ {]`).test(line));
    const found = samples.filter((line) => labels.every((label) => line.includes(label)));
    // The adapter adds up what it finds of a pod: one sample, or the figure is another.
    expect([name, found.length, found[0]]).toEqual([name, 1, expect.stringMatching(/ \d[\d.e-]*$/)]);
  }
});
