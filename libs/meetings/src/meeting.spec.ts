import { validateSync } from 'class-validator';
import { command, given } from '../../event-sourcing/src/given-when-then.js';
import { CorrectMeeting, meeting, RecordMeeting, VoidMeeting, type MeetingEvent } from './meeting.js';

const id = '018f3f5e-0000-7000-8000-0000000000e1';
const framework = '018f3f5e-0000-7000-8000-0000000000c1';
const unhcr = '018f3f5e-0000-7000-8000-0000000000c2';
const mmc = '018f3f5e-0000-7000-8000-0000000000c3';
const khartoum = '018f3f5e-0000-7000-8000-0000000000d1';
const activity = '018f3f5e-0000-7000-8000-0000000000aa';
const reason = { code: 'data-quality', text: 'The minutes say otherwise.' } as const;

const plenary = {
  purpose: 'coordination',
  framework,
  kind: 'meeting',
  occurredOn: '2021-06-15',
  topic: '1st plenary',
} as const;
const attended = {
  purpose: 'dialogue',
  dialogue: khartoum,
  kind: 'meeting',
  title: "Senior Officials' Meeting",
  occurredOn: '2022-03-22/2022-03-23',
  attended: true,
} as const;

const recorded: MeetingEvent & { id: string } = { id: 'e1', type: 'MeetingRecorded', data: plenary };
const voided: MeetingEvent = { type: 'MeetingVoided', data: { voids: 'e1' } };

const registered = { status: 'registered' };
const known = {
  checkDate: () => undefined,
  framework: { ...registered, kind: 'coordination-framework' },
  organiser: registered,
  organisations: [registered, registered],
  dialogue: registered,
  activity: { status: 'started' },
};
const closed = {
  ...known,
  checkDate: () => {
    throw Object.assign(new Error('closed'), { code: 'period-closed' });
  },
};

describe('record a meeting', () => {
  const record = command(RecordMeeting, { id, ...plenary, note: 'Minutes to follow.' });
  const bilateral = command(RecordMeeting, {
    id,
    purpose: 'coordination',
    organisations: [mmc, unhcr],
    kind: 'round-table',
    occurredOn: '2021-09-17',
    redacted: true,
  });

  test('records it, its note apart', () =>
    given(meeting)
      .when(record, known)
      .then([{ type: 'MeetingRecorded', data: plenary, texts: { note: 'Minutes to follow.' } }]));
  test('with several organisations', () =>
    given(meeting)
      .when(bilateral, known)
      .thenLike([{ type: 'MeetingRecorded', data: { organisations: [mmc, unhcr], redacted: true } }]));
  test('of a dialogue', () =>
    given(meeting)
      .when(command(RecordMeeting, { id, ...attended }), known)
      .thenLike([{ type: 'MeetingRecorded', data: attended }]));
  test('an id is used once', () => given(meeting, recorded).when(record, known).thenRejected('meeting-exists'));
  test('its date is checked against project and periods', () =>
    expect(() => given(meeting).when(record, closed).then([])).toThrow('closed'));

  const refused = (fields: Partial<RecordMeeting>, code: string, context: object = known) =>
    given(meeting)
      .when(command(RecordMeeting, { id, ...plenary, ...fields }), context)
      .thenRejected(code);
  test('coordination is with somebody', () => refused({ framework: undefined }, 'counterpart-missing'));
  test('an organisation stands there once', () =>
    refused({ framework: undefined, organisations: [mmc, mmc] }, 'organisation-repeated'));
  test('a meeting of a dialogue names it', () => refused({ ...attended, dialogue: undefined }, 'dialogue-missing'));
  test('coordination has no dialogue', () => refused({ dialogue: khartoum }, 'dialogue-not-expected'));
  test('and no delegates', () => refused({ attended: true }, 'dialogue-not-expected'));
  test('its framework must exist', () => refused({}, 'unknown-organisation', { ...known, framework: undefined }));
  test('and be one', () => refused({}, 'not-a-framework', { ...known, framework: { ...registered, kind: 'donor' } }));
  test('each organisation must exist', () =>
    refused({ organisations: [mmc, unhcr] }, 'unknown-organisation', {
      ...known,
      organisations: [registered, undefined],
    }));
  test('so must the organiser', () =>
    refused({ organiser: unhcr }, 'unknown-organisation', { ...known, organiser: undefined }));
  test('whoever attends for another is listed, and the other is known', () => {
    const pair = { organisation: mmc, onBehalfOf: unhcr };
    const listed = { organisations: [mmc], representing: [pair] };
    const of = (represented: object | undefined) => ({ ...known, represented: [represented] });
    given(meeting)
      .when(command(RecordMeeting, { id, ...plenary, ...listed }), of(registered))
      .thenLike([{ type: 'MeetingRecorded', data: listed }]);
    refused({ representing: [pair] }, 'not-listed');
    refused({ ...listed, representing: [pair, pair] }, 'organisation-repeated');
    refused({ ...listed, representing: [{ ...pair, onBehalfOf: mmc }] }, 'represents-itself');
    refused(listed, 'unknown-organisation', of(undefined));
    refused(listed, 'organisation-voided', of({ status: 'voided' }));
  });
  test('a voided one does not do', () =>
    refused({ organiser: unhcr }, 'organisation-voided', { ...known, organiser: { status: 'voided' } }));
  test('its dialogue must be one of the project', () =>
    refused({ ...attended, framework: undefined }, 'unknown-dialogue', { ...known, dialogue: undefined }));
  test('its activity too', () => refused({ activity }, 'unknown-activity', { ...known, activity: undefined }));
  test('a voided activity does not do', () =>
    refused({ activity }, 'activity-voided', { ...known, activity: { status: 'voided' } }));
  test('a cancelled one may have had meetings', () =>
    given(meeting)
      .when(command(RecordMeeting, { id, ...plenary, activity }), { ...known, activity: { status: 'cancelled' } })
      .thenLike([{ type: 'MeetingRecorded', data: { activity } }]));

  test('no organisation is said by leaving them out', () =>
    expect(validateSync(command(RecordMeeting, { id, ...plenary, organisations: [] }))).toMatchObject([
      { property: 'organisations' },
    ]));
  test('so is that nothing is blacked out', () =>
    expect(validateSync(Object.assign(command(RecordMeeting, { id, ...plenary }), { redacted: false }))).toMatchObject([
      { property: 'redacted' },
    ]));
});

describe('correct a meeting', () => {
  const correct = command(CorrectMeeting, { id, ...plenary, occurredOn: '2021-06-16', reason });

  test('restates the whole and names what it replaces', () =>
    given(meeting, recorded)
      .when(correct, known)
      .thenLike([{ type: 'MeetingCorrected', data: { ...plenary, occurredOn: '2021-06-16', replaces: 'e1' } }]));
  test('what is stated already is already so', () =>
    given(meeting, recorded)
      .when(command(CorrectMeeting, { id, ...plenary, reason }), known)
      .thenAlreadySo());
  test('the rules hold for it too', () =>
    given(meeting, recorded)
      .when(command(CorrectMeeting, { id, ...plenary, framework: undefined, reason }), known)
      .thenRejected('counterpart-missing'));
  test('a voided meeting cannot be corrected', () =>
    given(meeting, recorded, voided).when(correct, known).thenRejected('meeting-voided'));
  test('the unknown neither', () => given(meeting).when(correct, known).thenRejected('unknown-meeting'));
});

describe('void a meeting', () => {
  const void_ = command(VoidMeeting, { id, reason });

  test('names the event it voids', () =>
    given(meeting, recorded)
      .when(void_, known)
      .then([{ type: 'MeetingVoided', data: { voids: 'e1' } }]));
  test('twice is already so', () => given(meeting, recorded, voided).when(void_, known).thenAlreadySo());
  test('the unknown is refused', () => given(meeting).when(void_, known).thenRejected('unknown-meeting'));
  test('its date is checked too', () =>
    expect(() => given(meeting, recorded).when(void_, closed).then([])).toThrow('closed'));
});
