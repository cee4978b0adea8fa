import { Rejection } from '#event-sourcing';
import { RecordDecision, RecordMeeting, VoidDecision } from '#meetings';
import { RegisterOrganisation } from '#organisations';
import { ClosePeriod, CreateProject, OpenPeriod } from '#projects';
import { idOf, projectId, World } from '../../../test/support/world.js';

const reason = { code: 'data-quality', text: 'Because.' } as const;
const [meeting, host, guest, decision, period] = [21, 22, 23, 24, 25].map(idOf) as [
  ...[string, string, string, string, string],
];
const codeOf = (refused: Promise<unknown>) =>
  refused.then(
    () => 'recorded',
    (fault: unknown) => (fault instanceof Rejection ? fault.code : String(fault)),
  );

test('a decision is of a meeting that there is, and of its day', async () => {
  const world = new World();
  const sheet = { reference: 'P', title: 'P', currency: 'EUR', timeZone: 'UTC', start: '2022' };
  await world.tell(CreateProject, { id: projectId, ...sheet });
  const decided = { id: decision, meeting, kind: 'decision', title: 'Meet again' } as const;
  expect(await codeOf(world.tell(RecordDecision, decided))).toBe('unknown-meeting');

  await world.tell(RegisterOrganisation, { id: host, name: 'Host', kind: 'other' }, 'ledger');
  const told = { purpose: 'coordination', kind: 'meeting', occurredOn: '2022-02-01' } as const;
  const representing = [{ organisation: host, onBehalfOf: guest }];
  const meet = () => world.tell(RecordMeeting, { id: meeting, ...told, organisations: [host], representing });
  expect(await codeOf(meet())).toBe('unknown-organisation');
  await world.tell(RegisterOrganisation, { id: guest, name: 'Guest', kind: 'other' }, 'ledger');
  expect(await codeOf(meet())).toBe('recorded');
  expect(await codeOf(world.tell(RecordDecision, decided))).toBe('recorded');

  const quarter = { from: '2022-01-01', to: '2022-03-31', reportType: 'quarterly' } as const;
  await world.tell(OpenPeriod, { id: projectId, period, ...quarter });
  await world.tell(ClosePeriod, { id: period, answers: [] });
  expect(await codeOf(world.tell(RecordDecision, { ...decided, id: idOf(26) }))).toBe('reason-missing');
  expect(await codeOf(world.tell(VoidDecision, { id: decision, reason }))).toBe('recorded');
});
