import { command, given } from '../../event-sourcing/src/given-when-then.js';
import {
  assessmentRound,
  CorrectAssessmentRound,
  RecordAssessmentRound,
  VoidAssessmentRound,
  type AssessmentRoundEvent,
} from './assessment-round.js';

const id = '018f3f5e-0000-7000-8000-0000000000b2';
const [place, organisation, activity] = ['a1', 'c1', 'aa'].map((end) => `018f3f5e-0000-7000-8000-0000000000${end}`) as [
  string,
  string,
  string,
];
const reason = { code: 'data-quality', text: 'The report says otherwise.' } as const;

const facts = { title: 'DTM', round: 44, occurredOn: '2022-05/2022-06', places: [place], organisation, activity };
const recorded: AssessmentRoundEvent & { id: string } = { id: 'e1', type: 'AssessmentRoundRecorded', data: facts };
const voided: AssessmentRoundEvent = { type: 'AssessmentRoundVoided', data: { voids: 'e1' } };

const registered = { status: 'registered' };
const known = {
  checkDate: () => undefined,
  organisation: registered,
  activity: { status: 'started' },
  places: new Map([[place, registered]]),
};
const closed = {
  ...known,
  checkDate: () => {
    throw Object.assign(new Error('closed'), { code: 'period-closed' });
  },
};

describe('record an assessment round', () => {
  const record = command(RecordAssessmentRound, { id, ...facts, note: 'By phone in the south.' });

  test('records which, when and where, its note apart', () =>
    given(assessmentRound)
      .when(record, known)
      .then([{ type: 'AssessmentRoundRecorded', data: facts, texts: { note: 'By phone in the south.' } }]));
  test('an id is used once', () =>
    given(assessmentRound, recorded).when(record, known).thenRejected('assessment-round-exists'));
  test('its date is checked against project and periods', () =>
    expect(() => given(assessmentRound).when(record, closed).then([])).toThrow('closed'));
  test.each(['organisation', 'activity'] as const)('its %s must be known, and not voided', (of) => {
    const refused = (thing: object | undefined, code: string) =>
      given(assessmentRound)
        .when(record, { ...known, [of]: thing })
        .thenRejected(code);
    refused(undefined, `unknown-${of}`);
    refused({ status: 'voided' }, `${of}-voided`);
  });
  test('its places too', () =>
    given(assessmentRound)
      .when(record, { ...known, places: new Map() })
      .thenRejected('unknown-place'));
});

describe('correct an assessment round', () => {
  const correct = command(CorrectAssessmentRound, { id, ...facts, round: 45, reason });

  test('restates the whole and names what it replaces', () =>
    given(assessmentRound, recorded)
      .when(correct, known)
      .thenLike([{ type: 'AssessmentRoundCorrected', data: { ...facts, round: 45, replaces: 'e1' } }]));
  test('what is stated already is already so', () =>
    given(assessmentRound, recorded)
      .when(command(CorrectAssessmentRound, { id, ...facts, reason }), known)
      .thenAlreadySo());
  test('a voided one cannot be corrected', () =>
    given(assessmentRound, recorded, voided).when(correct, known).thenRejected('assessment-round-voided'));
  test('the unknown neither', () =>
    given(assessmentRound).when(correct, known).thenRejected('unknown-assessment-round'));
});

describe('void an assessment round', () => {
  const void_ = command(VoidAssessmentRound, { id, reason });

  test('names the event it voids', () => given(assessmentRound, recorded).when(void_, known).then([voided]));
  test('twice is already so', () => given(assessmentRound, recorded, voided).when(void_, known).thenAlreadySo());
  test('the unknown is refused', () =>
    given(assessmentRound).when(void_, known).thenRejected('unknown-assessment-round'));
  test('its date is checked too', () =>
    expect(() => given(assessmentRound, recorded).when(void_, closed).then([])).toThrow('closed'));
});
