import { activityRegister, type ActivityRow } from '#activities';
import type { Row } from '#event-sourcing';
import { rows } from '../../event-sourcing/src/given-when-then.js';
import { dateCell, reasonOf, standingOf } from './activity-cells.js';
import type { ReportData } from './report-data.js';

const told = [
  { type: 'ActivityPlanned', data: { title: 'A workshop', kind: 'workshop' } },
  { type: 'ActivityCancelled', data: { occurredOn: '2022-04-04' } },
];
const dataUntil = (to: string) =>
  ({
    ask: { period: { to } },
    strands: [],
    events: new Map([['e2', { reason: { code: 'other', textHash: 'hash' } }]]),
    texts: new Map([['hash', 'No visas.']]),
  }) as unknown as ReportData;

test('what was cancelled says when and why', async () => {
  const [document] = (await rows(activityRegister, ...told)) as ActivityRow[];
  const data = dataUntil('2022-12-31');
  const standing = standingOf(data, { document } as Row<ActivityRow>);
  expect(standing.status).toBe('cancelled');
  expect(dateCell(standing)).toEqual({ kind: 'date', date: '2022-04-04' });
  expect(reasonOf(data, standing)).toEqual({ kind: 'free', textHash: 'hash', text: 'No visas.' });
});

test('a report of a period before says neither', async () => {
  const [document] = (await rows(activityRegister, ...told)) as ActivityRow[];
  const data = dataUntil('2022-03-31');
  const standing = standingOf(data, { document } as Row<ActivityRow>);
  expect(standing.status).toBe('planned');
  expect(reasonOf(data, standing)).toBeUndefined();
});
