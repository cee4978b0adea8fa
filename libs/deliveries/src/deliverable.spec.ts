import { command, given } from '../../event-sourcing/src/given-when-then.js';
import {
  CorrectDeliverable,
  deliverable,
  RecordDeliverable,
  VoidDeliverable,
  type DeliverableEvent,
} from './deliverable.js';

type Told = DeliverableEvent & { id: string };

const id = '018f3f5e-0000-7000-8000-000000000001';
const activity = '018f3f5e-0000-7000-8000-0000000000aa';
const reason = { code: 'data-quality', text: 'The contract says otherwise.' } as const;

const facts = { title: 'Baseline study', kind: 'study', activity, due: '2022-12' } as const;
const recorded: Told = { id: 'e1', type: 'DeliverableRecorded', data: facts };
const voided: Told = { id: 'e9', type: 'DeliverableVoided', data: { voids: 'e1' } };
const known = { activity: { status: 'planned' } };

describe('record a deliverable', () => {
  const record = command(RecordDeliverable, { id, ...facts, note: 'Annex II.' });

  test('records what is due when, which may lie ahead, its note apart', () =>
    given(deliverable)
      .when(record, known)
      .then([{ type: 'DeliverableRecorded', data: facts, texts: { note: 'Annex II.' } }]));
  test('an id is used once', () => given(deliverable, recorded).when(record, known).thenRejected('deliverable-exists'));
  test('its activity must be of the project, and not voided', () => {
    given(deliverable).when(record, { activity: undefined }).thenRejected('unknown-activity');
    given(deliverable)
      .when(record, { activity: { status: 'voided' } })
      .thenRejected('activity-voided');
  });
});

describe('correct a deliverable', () => {
  const correct = command(CorrectDeliverable, { id, ...facts, due: '2023', reason });

  test('restates the whole and names what it replaces', () =>
    given(deliverable, recorded)
      .when(correct, known)
      .thenLike([{ type: 'DeliverableCorrected', data: { ...facts, due: '2023', replaces: 'e1' } }]));
  test('what is stated already is already so', () =>
    given(deliverable, recorded)
      .when(command(CorrectDeliverable, { id, ...facts, reason }), known)
      .thenAlreadySo());
  test('the unknown and the voided are refused', () => {
    given(deliverable).when(correct, known).thenRejected('unknown-deliverable');
    given(deliverable, recorded, voided).when(correct, known).thenRejected('deliverable-voided');
  });
});

describe('void a deliverable', () => {
  const void_ = command(VoidDeliverable, { id, reason });

  test('names the event it voids', () =>
    given(deliverable, recorded)
      .when(void_, known)
      .then([{ type: 'DeliverableVoided', data: { voids: 'e1' } }]));
  test('twice is already so', () => given(deliverable, recorded, voided).when(void_, known).thenAlreadySo());
  test('the unknown is refused', () => given(deliverable).when(void_, known).thenRejected('unknown-deliverable'));
});
