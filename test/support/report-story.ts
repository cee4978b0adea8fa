import { AddStrand, AdoptPlan, CompleteActivity, HoldStrand, LinkActivity, PlanActivity } from '#activities';
import { AddHeading, RecordCeiling, RecordExpenditure, StateTotal } from '#budget';
import { AddResult } from '#framework';
import { DefineIndicator, RedefineIndicator, ReviseTarget, SetBaseline, SetTarget } from '#indicators';
import { RecordMeeting, RegisterDialogue } from '#meetings';
import { RecordOrganisationStatus, RegisterOrganisation } from '#organisations';
import { CreateProject, OpenPeriod } from '#projects';
import {
  ReportDesk,
  ReportSubmitter,
  reportRegister,
  SubmitReport,
  type ReportDocument,
  type ReportRow,
} from '#reports';
import { CorrectHeadcount, HoldTraining, RecordHeadcount, VoidTraining } from '#trainings';
import type { Row } from '#event-sourcing';
import { idOf, projectId, World } from './world.js';

/** A small project told as commands: a first year, its report, then what came late, and the second year's report. */

export const ids = {
  firstYear: idOf(200),
  secondYear: idOf(201),
  dialogues: idOf(210),
  capacity: idOf(211),
  participants: idOf(220),
  meetings: idOf(221),
  attended: idOf(222),
  share: idOf(223),
  networks: idOf(224),
  late: idOf(225),
  strand: idOf(230),
  otherStrand: idOf(231),
  activity: idOf(240),
  lineOne: idOf(241),
  lineTwo: idOf(242),
  lineThree: idOf(243),
  framework: idOf(250),
  ministry: idOf(251),
  network: idOf(252),
  dialogue: idOf(253),
  workshop: idOf(260),
  uncounted: idOf(261),
  double: idOf(262),
  astride: idOf(263),
  secondWorkshop: idOf(264),
  firstMeeting: idOf(270),
  earlierMeeting: idOf(271),
  lateMeeting: idOf(272),
  undatedMeeting: idOf(273),
  staff: idOf(280),
  administration: idOf(281),
  firstReport: idOf(290),
  secondReport: idOf(291),
};

const reason = (code: 'data-quality' | 'recorded-late' | 'recorded-twice' | 'adaptive-management', text: string) => ({
  code,
  text,
});
export const deviation = 'Held two weeks late, as Mr X was ill.';
export const lateReason = 'The minutes came after the report.';

/** The first year, as known on 2022-05-10. */
export async function firstYear(): Promise<World> {
  const world = new World();
  world.now = new Date('2022-05-10T08:00:00.000Z');
  const sheet = {
    reference: 'X/2021',
    title: 'Project X',
    currency: 'EUR',
    timeZone: 'UTC',
    start: '2021-04',
    end: '2023-03',
  };
  await world.tell(CreateProject, { id: projectId, ...sheet, notice: 'Invented.' });
  const period = { id: projectId, reportType: 'interim' as const };
  await world.tell(OpenPeriod, { ...period, period: ids.firstYear, from: '2021-04-01', to: '2022-03-31' });
  await world.tell(OpenPeriod, { ...period, period: ids.secondYear, from: '2022-04-01', to: '2023-03-31' });
  await world.tell(
    RegisterOrganisation,
    { id: ids.framework, name: 'Donor forum', kind: 'coordination-framework' },
    'ledger',
  );
  await world.tell(RegisterOrganisation, { id: ids.ministry, name: 'Ministry', kind: 'public-authority' }, 'ledger');
  await world.tell(RegisterOrganisation, { id: ids.network, name: 'Network', kind: 'civil-society-network' }, 'ledger');
  await world.tell(RegisterDialogue, { id: ids.dialogue, title: 'Khartoum Process' });
  await logframe(world);
  await plan(world);
  await world.tell(CompleteActivity, { id: ids.lineOne, occurredOn: '2021-06-10', place: 'Tunis', deviation });
  await trainings(world);
  await meetings(world);
  await budget(world);
  await world.catchUp();
  return world;
}

async function logframe(world: World): Promise<void> {
  await world.tell(AddResult, { id: ids.capacity, code: '2', title: 'Capacity', order: 2, level: 'output' });
  await world.tell(AddResult, { id: ids.dialogues, code: '1', title: 'Dialogues', order: 1, label: 'Output' });
  const of = { order: 1, direction: 'ascending' as const, accumulation: 'running-total' as const, unit: 'number' };
  const capacity = { ...of, result: ids.capacity };
  const measure = { kind: 'sum' as const, of: 'training' as const, filter: { results: [ids.capacity] } };
  await world.tell(DefineIndicator, { id: ids.participants, ...capacity, name: '# of participants', measure });
  await world.tell(SetBaseline, { id: ids.participants, value: '0', at: '2021' });
  await world.tell(SetTarget, { id: ids.participants, operator: 'min', value: '85', at: '2023' });
  const dialogues = { ...of, result: ids.dialogues };
  await world.tell(DefineIndicator, {
    ...{ id: ids.meetings, ...dialogues, name: '# of meetings' },
    measure: { kind: 'count', of: 'meeting', filter: { purposes: ['coordination'] } },
  });
  await world.tell(SetTarget, { id: ids.meetings, operator: 'min', value: '2' });
  await world.tell(DefineIndicator, {
    id: ids.attended,
    ...dialogues,
    order: 2,
    name: '# of dialogues',
    measure: { kind: 'distinct', of: 'meeting' },
  });
  const latest = { ...capacity, accumulation: 'latest' as const };
  await world.tell(DefineIndicator, {
    id: ids.share,
    ...latest,
    order: 2,
    unit: '%',
    name: 'Share',
    measure: { kind: 'reported', of: 'observation' },
  });
  await world.tell(SetTarget, { id: ids.share, operator: 'min', value: '50' });
  await world.tell(DefineIndicator, {
    id: ids.networks,
    ...latest,
    order: 3,
    name: '# of networks',
    measure: { kind: 'in-state', of: 'organisation' },
  });
}

async function plan(world: World): Promise<void> {
  const basis = 'by-subject' as const;
  await world.tell(AddStrand, { id: ids.strand, code: '1', title: 'Training', order: 1, result: ids.capacity, basis });
  await world.tell(AddStrand, { id: ids.otherStrand, code: '2', title: 'Dialogue', order: 2 });
  await world.tell(HoldStrand, {
    id: ids.strand,
    agreedWith: 'the Ministry',
    reason: reason('adaptive-management', 'Agreed.'),
  });
  const activity = { kind: 'logframe-activity' as const, strand: ids.strand };
  await world.tell(PlanActivity, { id: ids.activity, ...activity, code: '1.3', title: 'Workshops' });
  await world.tell(LinkActivity, { id: ids.activity, to: 'result', target: ids.capacity, basis });
  const line = { kind: 'workshop' as const, strand: ids.strand };
  await world.tell(PlanActivity, { id: ids.lineOne, ...line, title: 'First workshop', order: 1 });
  await world.tell(PlanActivity, { id: ids.lineTwo, ...line, title: 'Second workshop', order: 2 });
  await world.tell(PlanActivity, { id: ids.lineThree, ...line, title: 'Third workshop', strand: ids.otherStrand });
  for (const id of [ids.lineOne, ids.lineTwo])
    await world.tell(LinkActivity, { id, to: 'activity', target: ids.activity, basis });
  await world.tell(AdoptPlan, {
    ...{ id: idOf(299), title: 'Next 12 months', adoptedOn: '2022-03', months: ['2022-04', '2022-05', '2022-06'] },
    sections: [{ strand: ids.strand }, { strand: ids.otherStrand }],
    lines: [
      { activity: ids.lineOne, strand: ids.strand, label: '1', months: ['2022-04'] },
      { activity: ids.lineTwo, strand: ids.strand, label: '1', monthCount: 2 },
      { activity: ids.lineThree, strand: ids.otherStrand, footnotes: ['a'] },
    ],
    footnotes: [{ label: 'a', text: 'If funds allow.', kind: 'note' }],
  });
}

const headcount = { total: 20, bySex: { female: 8, male: 11, unknown: 1 }, method: 'list' as const };

async function trainings(world: World): Promise<void> {
  const held = { kind: 'workshop' as const, title: 'First workshop', occurredOn: '2021-06-10', activity: ids.lineOne };
  await world.tell(HoldTraining, { id: ids.workshop, ...held, days: 1, place: 'Tunis' });
  const byOrganisation = [{ organisation: ids.ministry, count: 12 }, { count: 8 }];
  await world.tell(RecordHeadcount, { id: ids.workshop, ...headcount, byOrganisation });
  await world.tell(HoldTraining, { id: ids.uncounted, ...held, title: 'Uncounted', occurredOn: '2021-09' });
  await world.tell(HoldTraining, { id: ids.double, ...held });
  await world.tell(RecordHeadcount, { id: ids.double, ...headcount });
  const outside = reason('data-quality', 'The year is known, the month is not.');
  await world.tell(HoldTraining, { id: ids.astride, ...held, title: 'Some day', occurredOn: '2022', reason: outside });
  await world.tell(RecordHeadcount, { id: ids.astride, total: 5, method: 'estimate', reason: outside });
}

async function meetings(world: World): Promise<void> {
  const met = { purpose: 'coordination' as const, kind: 'meeting' as const };
  await world.tell(RecordMeeting, {
    id: ids.firstMeeting,
    ...met,
    framework: ids.framework,
    occurredOn: '2021-05-03',
    topic: 'Start',
  });
  await world.tell(RecordMeeting, {
    id: ids.earlierMeeting,
    ...met,
    organisations: [ids.ministry],
    occurredOn: '2021-04-20',
    mode: 'virtual',
  });
  await world.tell(RecordMeeting, { id: ids.undatedMeeting, ...met, organisations: [ids.ministry] });
}

async function budget(world: World): Promise<void> {
  await world.tell(AddHeading, { id: ids.staff, order: 1, title: 'Staff', kind: 'direct', amount: 10_000_000 });
  await world.tell(AddHeading, {
    id: ids.administration,
    order: 2,
    title: 'Administration',
    kind: 'indirect',
    amount: 800_000,
  });
  await world.tell(StateTotal, { id: projectId, amount: 10_700_000, source: 'Budget, page 1' });
  await world.tell(RecordCeiling, { id: projectId, rate: '0.07', source: 'General conditions', assumption: true });
  await world.tell(RecordExpenditure, { id: idOf(298), heading: ids.staff, occurredOn: '2021-07', amount: 500_000 });
}

/** What came after the first report: late facts, corrections, and the second year, as known on 2023-05-02. */
export async function goesOn(world: World): Promise<void> {
  world.now = new Date('2023-05-02T08:00:00.000Z');
  const met = { purpose: 'coordination' as const, kind: 'meeting' as const, organisations: [ids.ministry] };
  const late = reason('recorded-late', lateReason);
  await world.tell(RecordMeeting, { id: ids.lateMeeting, ...met, occurredOn: '2021-04-10', reason: late });
  const corrected = { total: 21, bySex: { ...headcount.bySex, female: 9 }, method: 'list' as const };
  const byOrganisation = [{ organisation: ids.ministry, count: 12 }, { count: 9 }];
  await world.tell(CorrectHeadcount, {
    id: ids.workshop,
    ...corrected,
    byOrganisation,
    reason: reason('data-quality', 'Signed late.'),
  });
  await world.tell(VoidTraining, { id: ids.double, reason: reason('recorded-twice', 'Twice.') });
  const { participants, meetings: redefined, capacity, dialogues } = ids;
  const amended = { effectiveFrom: '2022-06', amendment: 'No. 1', reason: reason('adaptive-management', 'More.') };
  await world.tell(ReviseTarget, { id: participants, operator: 'min', value: '100', at: '2023', ...amended });
  const of = { order: 1, direction: 'ascending' as const, accumulation: 'running-total' as const, unit: 'number' };
  await world.tell(RedefineIndicator, {
    ...{
      id: redefined,
      ...of,
      result: dialogues,
      name: '# of all meetings',
      measure: { kind: 'count', of: 'meeting' },
    },
    reason: reason('adaptive-management', 'Of dialogues, too.'),
  });
  const measure = { kind: 'count' as const, of: 'training' as const };
  await world.tell(DefineIndicator, {
    id: ids.late,
    ...of,
    result: capacity,
    order: 4,
    name: '# of trainings',
    measure,
  });
  const held = {
    kind: 'workshop' as const,
    title: 'Second workshop',
    occurredOn: '2022-06-01/2022-06-02',
    activity: ids.lineTwo,
  };
  await world.tell(HoldTraining, { id: ids.secondWorkshop, ...held });
  await world.tell(RecordHeadcount, { id: ids.secondWorkshop, total: 30, method: 'list' });
  await world.tell(RecordMeeting, {
    ...{
      id: idOf(274),
      purpose: 'dialogue',
      kind: 'round-table',
      dialogue: ids.dialogue,
      attended: true,
      occurredOn: '2022-09-01',
    },
  });
  await world.tell(RecordOrganisationStatus, { id: ids.network, status: 'active', since: '2022-09' }, 'ledger');
  await world.tell(RecordExpenditure, { id: idOf(297), heading: ids.staff, occurredOn: '2022-07', amount: 700_000 });
  await world.catchUp();
}

// ── Reports ──

const worker = '0f9a1c1e-5b1f-4f0e-8c39-2f0d7a5c1a0f';
export const deskOf = ({ reads, ledger, store }: World): ReportDesk => new ReportDesk(reads, ledger, store);
export const submitterOf = (world: World, desk = deskOf(world)): ReportSubmitter =>
  new ReportSubmitter(world.reads, desk, world.recorder, worker);

/** Asks for the report of a period and lets the worker make it. */
export async function submit(world: World, id: string, period: string): Promise<Row<ReportRow>> {
  await world.tell(SubmitReport, { id, period });
  await world.catchUp();
  await submitterOf(world).run();
  await world.catchUp();
  return reportOf(world, id);
}

export async function reportOf({ reads }: World, id: string): Promise<Row<ReportRow>> {
  const row = await reads.row(reportRegister, id);
  if (!row) throw new Error(`no report ${id}`);
  return row;
}

/** Both years, both reports. */
export async function bothYears(): Promise<{ world: World; first: ReportDocument; second: ReportDocument }> {
  const world = await firstYear();
  const desk = deskOf(world);
  const first = await desk.submitted(await submit(world, ids.firstReport, ids.firstYear));
  await goesOn(world);
  const second = await desk.submitted(await submit(world, ids.secondReport, ids.secondYear));
  return { world, first, second };
}
