import { command, given } from '../../event-sourcing/src/given-when-then.js';
import { CorrectActivity, LinkActivity, PlanActivity, UnlinkActivity, VoidActivity } from './activity-commands.js';
import type { ActivityEvent } from './activity-events.js';
import { reachedFrom } from './activity-links.js';
import { activity, type Activity } from './activity.js';

type Told = ActivityEvent & { id: string };

const id = '018f3f5e-0000-7000-8000-000000000001';
const strand = '018f3f5e-0000-7000-8000-0000000000aa';
const target = '018f3f5e-0000-7000-8000-0000000000bb';
const reason = { code: 'data-quality', text: 'The plan says otherwise.' } as const;

const facts = { title: 'Preparation workshop', kind: 'dialogue-preparation', strand, plannedFor: '2030-04' } as const;
const link = { to: 'activity', target, basis: 'by-subject' } as const;

const planned: Told = { id: 'e1', type: 'ActivityPlanned', data: facts };
const linked: Told = { id: 'e2', type: 'ActivityLinked', data: link };
const completed: Told = { id: 'e3', type: 'ActivityCompleted', data: { occurredOn: '2022-02-02' } };
const voided: Told = { id: 'e9', type: 'ActivityVoided', data: { voids: 'e1' } };

const open = {
  checkDate: () => undefined,
  strand: { status: 'added' },
  target: { status: 'planned', leadsTo: new Set<string>() },
};
const closed = {
  ...open,
  checkDate: (date?: string) => {
    if (date) throw Object.assign(new Error('closed'), { code: 'period-closed' });
  },
};

describe('plan an activity', () => {
  const plan = command(PlanActivity, { id, ...facts, note: 'Row 13.' });

  test('records it, its note apart; when it is planned for may lie ahead', () =>
    given(activity)
      .when(plan, closed)
      .then([{ type: 'ActivityPlanned', data: facts, texts: { note: 'Row 13.' } }]));
  test('code, order, strand and date may be not stated', () =>
    given(activity)
      .when(command(PlanActivity, { id, title: 'Launch', kind: 'launch' }), { ...open, strand: undefined })
      .thenLike([{ data: { title: 'Launch', kind: 'launch' } }]));
  test('an id is used once', () => given(activity, planned).when(plan, open).thenRejected('activity-exists'));
  test('its strand must be one of the project', () =>
    given(activity)
      .when(plan, { ...open, strand: undefined })
      .thenRejected('unknown-strand'));
  test('and not voided', () =>
    given(activity)
      .when(plan, { ...open, strand: { status: 'voided' } })
      .thenRejected('unknown-strand'));
});

describe('the places and organisations of an activity', () => {
  const named = { title: 'Mission', kind: 'mission', places: [target], organisations: [strand] } as const;
  const plan = command(PlanActivity, { id, ...named, places: [target], organisations: [strand] });
  const known = { ...open, places: new Map([[target, { status: 'merged' }]]), organisations: new Map() };
  const whole = { ...known, organisations: new Map([[strand, { status: 'registered' }]]) };

  test('are recorded, also a merged one', () =>
    given(activity)
      .when(plan, whole)
      .thenLike([{ type: 'ActivityPlanned', data: named }]));
  test('must be in the ledger', () => given(activity).when(plan, known).thenRejected('unknown-organisation'));
  test('and not voided', () =>
    given(activity)
      .when(plan, { ...whole, places: new Map([[target, { status: 'voided' }]]) })
      .thenRejected('place-voided'));
});

describe('correct an activity', () => {
  const correct = command(CorrectActivity, { id, ...facts, kind: 'workshop', reason });

  test('restates the whole and names what it replaces', () =>
    given(activity, planned)
      .when(correct, open)
      .thenLike([{ type: 'ActivityCorrected', data: { ...facts, kind: 'workshop', replaces: 'e1' } }]));
  test('what is stated already is already so', () =>
    given(activity, planned)
      .when(command(CorrectActivity, { id, ...facts, reason }), open)
      .thenAlreadySo());
  test('a voided activity cannot be corrected', () =>
    given(activity, planned, voided).when(correct, open).thenRejected('activity-voided'));
  test('where a closed period counts it, that is checked', () =>
    expect(() => given(activity, planned, completed).when(correct, closed).then([])).toThrow('closed'));
});

describe('void an activity', () => {
  const void_ = command(VoidActivity, { id, reason });

  test('names the event it voids', () =>
    given(activity, planned)
      .when(void_, open)
      .then([{ type: 'ActivityVoided', data: { voids: 'e1' } }]));
  test('twice is already so', () => given(activity, planned, voided).when(void_, open).thenAlreadySo());
  test('the unknown is refused', () => given(activity).when(void_, open).thenRejected('unknown-activity'));
  test('where a closed period counts it, that is checked', () =>
    expect(() => given(activity, planned, completed).when(void_, closed).then([])).toThrow('closed'));
});

describe('link an activity', () => {
  const tie = command(LinkActivity, { id, ...link });

  test('records the link and how it is known', () =>
    given(activity, planned)
      .when(tie, open)
      .then([{ type: 'ActivityLinked', data: link }]));
  test('also a second one: many to many', () =>
    given(activity, planned, linked)
      .when(command(LinkActivity, { id, to: 'result', target: strand, basis: 'printed' }), open)
      .thenLike([{ type: 'ActivityLinked' }]));
  test('the same again is already so', () => given(activity, planned, linked).when(tie, open).thenAlreadySo());
  test('on another basis it must be unlinked first', () =>
    given(activity, planned, linked)
      .when(command(LinkActivity, { id, ...link, basis: 'printed' }), open)
      .thenRejected('link-exists'));
  test('its target must be of the project', () =>
    given(activity, planned)
      .when(tie, { ...open, target: undefined })
      .thenRejected('unknown-target'));
  test('and not voided', () =>
    given(activity, planned)
      .when(tie, { ...open, target: { status: 'voided', leadsTo: new Set() } })
      .thenRejected('unknown-target'));
  test('an activity is no part of itself', () =>
    given(activity, planned)
      .when(command(LinkActivity, { id, ...link, target: id }), open)
      .thenRejected('links-to-itself'));
  test('neither through others', () =>
    given(activity, planned)
      .when(tie, { ...open, target: { status: 'planned', leadsTo: new Set([id]) } })
      .thenRejected('links-to-itself'));
  test('where a closed period counts it, that is checked', () =>
    expect(() => given(activity, planned, completed).when(tie, closed).then([])).toThrow('closed'));

  test('where links lead is followed to the end, circles included, results left out', async () => {
    const to = (...targets: string[]): Activity => ({
      status: 'planned',
      activity: { event: 'e', facts },
      links: [
        ...targets.map((one) => ({ event: 'e', facts: { ...link, target: one } })),
        { event: 'e', facts: { ...link, to: 'result', target: 'r' } },
      ],
      changes: [],
    });
    const known: Record<string, Activity> = { a: to('b'), b: to('c', 'a') };
    const reached = await reachedFrom('a', (key) => Promise.resolve(known[key] ?? { status: 'none' }));
    expect([...reached]).toEqual(['b', 'c', 'a']);
  });
});

describe('unlink an activity', () => {
  const untie = command(UnlinkActivity, { id, target, reason });

  test('names the event it voids', () =>
    given(activity, planned, linked)
      .when(untie, open)
      .then([{ type: 'ActivityUnlinked', data: { target, voids: 'e2' } }]));
  test('what is not linked is already so', () => given(activity, planned).when(untie, open).thenAlreadySo());
  test('then it can be linked anew', () =>
    given(activity, planned, linked, { type: 'ActivityUnlinked', data: { target, voids: 'e2' } })
      .when(command(LinkActivity, { id, ...link, basis: 'printed' }), open)
      .thenLike([{ type: 'ActivityLinked' }]));
  test('a voided activity has no links to take back', () =>
    given(activity, planned, linked, voided).when(untie, open).thenRejected('activity-voided'));
});
