import { activityRegister, CompleteActivity, HoldPlan, AdoptPlan, PlanActivity, VoidActivity } from '#activities';
import { cohortRegister, courseRegister, OpenCourse, RecordCohort, RecordCompletion } from '#courses';
import {
  DeliverVersion,
  itemRegister,
  RecordDeliverable,
  RecordItemState,
  RecordProgress,
  RegisterItem,
} from '#deliveries';
import { Rejection } from '#event-sourcing';
import { AwardGrant, PayInstalment, smallGrantRegister } from '#grants';
import { RegisterOrganisation } from '#organisations';
import { RegisterPlace } from '#places';
import { CreateProject } from '#projects';
import { AnswerRequest, RecordRequest, requestRegister } from '#requests';
import { idOf, projectId, World } from '../../../test/support/world.js';

/** What decisions of these slices need of others, and what their registers make of facts of several streams. */

const reason = { code: 'other', text: 'Because.' } as const;
const [ministry, port, mission, thing, other] = [idOf(20), idOf(21), idOf(22), idOf(30), idOf(31)];
const nowhere = idOf(99);

async function world(): Promise<World> {
  const made = new World();
  const sheet = { id: projectId, reference: 'P', title: 'Project', currency: 'EUR', timeZone: 'Africa/Tripoli' };
  await made.tell(CreateProject, { ...sheet, start: '2022', end: '2023' });
  await made.tell(RegisterOrganisation, { id: ministry, name: 'Ministry', kind: 'public-authority' }, 'ledger');
  await made.tell(RegisterPlace, { id: port, name: 'Port', kind: 'site', siteKind: 'port' }, 'ledger');
  await made.tell(PlanActivity, {
    id: mission,
    title: 'Mission',
    kind: 'mission',
    plannedFor: '2022-05',
    places: [port],
    organisations: [ministry],
  });
  return made;
}
const codeOf = (refused: Promise<unknown>) =>
  refused.then(
    () => 'recorded',
    (fault: unknown) => (fault instanceof Rejection ? `${fault.code} ${fault.pointer}` : String(fault)),
  );

test('places, organisations and counterparts are of the ledger', async () => {
  const known = await world();
  const line = { id: thing, title: 'Line', kind: 'works' as const };
  expect(await codeOf(known.tell(PlanActivity, { ...line, places: [port, nowhere] }))).toBe('unknown-place /places/1');
  expect(await codeOf(known.tell(PlanActivity, { ...line, organisations: [nowhere] }))).toBe(
    'unknown-organisation /organisations/0',
  );
  const plan = { id: other, title: 'Plan', months: ['2022-05'], sections: [], lines: [], footnotes: [] };
  await known.tell(AdoptPlan, plan);
  const hold = (counterpart: string) => codeOf(known.tell(HoldPlan, { id: other, counterpart, reason }));
  expect(await hold(nowhere)).toBe('unknown-organisation /counterpart');
  expect(await hold(ministry)).toBe('recorded');
  await known.catchUp();
  expect((await known.reads.row(activityRegister, mission))?.document.notStated).toBeUndefined();
});

test('a request is answered by activities of the project', async () => {
  const known = await world();
  const asked = { id: thing, about: 'A mission', receivedOn: '2022-03-01' };
  expect(await codeOf(known.tell(RecordRequest, { ...asked, organisation: nowhere }))).toBe(
    'unknown-organisation /organisation',
  );
  await known.tell(RecordRequest, { ...asked, organisation: ministry });
  const answer = (activity: string) =>
    codeOf(
      known.tell(AnswerRequest, { id: thing, answer: 'answered', activities: [activity], occurredOn: '2022-03-11' }),
    );
  expect(await answer(nowhere)).toBe('unknown-activity /activities/0');
  expect(await answer(mission)).toBe('recorded');
  await known.catchUp();
  expect((await known.reads.row(requestRegister, thing))?.document).toMatchObject({
    status: 'answered',
    daysOpen: { least: 10, most: 10 },
  });
});

test('a state, and a progress, is of an item of the project, and a state of its kind', async () => {
  const known = await world();
  const works = { id: thing, kind: 'works' as const, title: 'Jetty', place: port, beneficiary: ministry };
  expect(await codeOf(known.tell(RegisterItem, { ...works, place: nowhere }))).toBe('unknown-place /place');
  expect(await codeOf(known.tell(RegisterItem, { ...works, beneficiary: nowhere }))).toBe(
    'unknown-organisation /beneficiary',
  );
  await known.tell(RegisterItem, { ...works, activity: mission });
  const state = (item: string, name: 'delivered' | 'contracted') =>
    codeOf(known.tell(RecordItemState, { id: other, item, state: name, occurredOn: '2022-04' }));
  expect(await state(nowhere, 'contracted')).toBe('unknown-item /item');
  expect(await state(thing, 'delivered')).toBe('state-not-of-kind /state');
  expect(await state(thing, 'contracted')).toBe('recorded');
  const progress = (item: string) => codeOf(known.tell(RecordProgress, { id: idOf(32), item, percent: '12.5' }));
  expect(await progress(nowhere)).toBe('unknown-item /item');
  expect(await progress(thing)).toBe('recorded');
  const before = await known.catchUp();
  await known.tell(RecordProgress, { id: idOf(33), item: thing, percent: '40', occurredOn: '2022-06-01' });
  await known.catchUp();
  const at = async (asOf?: number) => (await known.reads.row(itemRegister, thing, asOf))?.document;
  expect(await at()).toMatchObject({ state: 'contracted', progress: { percent: '40' } });
  expect(await at(before)).toMatchObject({ progress: { percent: '12.5' }, earlierProgress: [] });
});

test('a version is of a deliverable of the project, which may come of an activity', async () => {
  const known = await world();
  const study = { id: thing, title: 'Study', kind: 'study' as const };
  expect(await codeOf(known.tell(RecordDeliverable, { ...study, activity: nowhere }))).toBe(
    'unknown-activity /activity',
  );
  await known.tell(RecordDeliverable, { ...study, activity: mission });
  const version = (deliverable: string) =>
    codeOf(known.tell(DeliverVersion, { id: other, deliverable, label: 'draft' }));
  expect(await version(nowhere)).toBe('unknown-deliverable /deliverable');
  expect(await version(thing)).toBe('recorded');
});

test('an instalment is of a grant of the project', async () => {
  const known = await world();
  const award = { id: thing, title: 'Radio', amount: 500, currency: 'EUR' };
  expect(await codeOf(known.tell(AwardGrant, { ...award, grantee: nowhere }))).toBe('unknown-organisation /grantee');
  await known.tell(AwardGrant, { ...award, grantee: ministry, activity: mission });
  const pay = (grant: string) => codeOf(known.tell(PayInstalment, { id: other, grant, amount: 600, currency: 'EUR' }));
  expect(await pay(nowhere)).toBe('unknown-grant /grant');
  expect(await pay(thing)).toBe('recorded');
  await known.catchUp();
  expect((await known.reads.row(smallGrantRegister, thing))?.document).toMatchObject({ paid: 600, isOverpaid: true });
});

test('a cohort is of a course of the project', async () => {
  const known = await world();
  await known.tell(OpenCourse, { id: thing, title: 'Course', from: '2022-02', place: port, activity: mission });
  const enrol = (course: string) => codeOf(known.tell(RecordCohort, { id: other, course, enrolled: { total: 20 } }));
  expect(await enrol(nowhere)).toBe('unknown-course /course');
  expect(await enrol(thing)).toBe('recorded');
  await known.tell(RecordCompletion, { id: other, completed: { total: 12 }, droppedOut: { total: 3 } });
  await known.catchUp();
  const people = { enrolled: { total: 20 }, completed: { total: 12 }, inCourse: { total: 5 } };
  expect((await known.reads.row(courseRegister, thing))?.document).toMatchObject(people);
  expect((await known.reads.row(cohortRegister, other))?.document).toMatchObject(people);
});

test('what a voided activity answered or came of stays; nothing new may name it', async () => {
  const known = await world();
  await known.tell(VoidActivity, { id: mission, reason });
  expect(await codeOf(known.tell(OpenCourse, { id: thing, title: 'C', activity: mission }))).toBe(
    'activity-voided /activity',
  );
  expect(await codeOf(known.tell(CompleteActivity, { id: mission }))).toMatch('activity-voided');
});
