import { circumstances, command, given } from '../../event-sourcing/src/given-when-then.js';
import { CorrectSuccession, RecordSuccession, succession, VoidSuccession, type SuccessionEvent } from './succession.js';

type Told = SuccessionEvent & { id: string };

const id = '018f3f5e-0000-7000-8000-0000000000d1';
const earlier = '018f3f5e-0000-7000-8000-0000000000f1';
const reason = { code: 'data-quality', text: 'The proposal says otherwise.' } as const;

const facts = { kind: 'continues', project: earlier } as const;
const recorded: Told = { id: 'e1', type: 'SuccessionRecorded', data: facts };
const voided: Told = { id: 'e2', type: 'SuccessionVoided', data: { voids: 'e1' } };

describe('record a succession', () => {
  const record = (fields: Partial<RecordSuccession>) => command(RecordSuccession, { id, ...facts, ...fields });

  test('records which project this one follows', () =>
    given(succession)
      .when(record({ note: 'Page 2.' }))
      .then([{ type: 'SuccessionRecorded', data: facts, texts: { note: 'Page 2.' } }]));
  test('by its title, where it is not in this ledger', () =>
    given(succession)
      .when(record({ project: undefined, title: 'Phase I' }))
      .thenLike([{ type: 'SuccessionRecorded', data: { kind: 'continues', title: 'Phase I' } }]));
  test('by one of them at least', () =>
    given(succession)
      .when(record({ project: undefined }))
      .thenRejected('earlier-project-missing'));
  test('not itself', () =>
    given(succession)
      .when(record({ project: circumstances.scope }))
      .thenRejected('follows-itself'));
  test('an id is used once', () => given(succession, recorded).when(record({})).thenRejected('succession-exists'));
});

describe('correct a succession', () => {
  const correct = command(CorrectSuccession, { id, ...facts, kind: 'replaces', reason });

  test('restates the whole and names what it replaces', () =>
    given(succession, recorded)
      .when(correct)
      .thenLike([{ type: 'SuccessionCorrected', data: { ...facts, kind: 'replaces', replaces: 'e1' } }]));
  test('what is stated already is already so', () =>
    given(succession, recorded)
      .when(command(CorrectSuccession, { id, ...facts, reason }))
      .thenAlreadySo());
  test('the unknown and the voided are refused', () => {
    given(succession).when(correct).thenRejected('unknown-succession');
    given(succession, recorded, voided).when(correct).thenRejected('succession-voided');
  });
});

describe('void a succession', () => {
  const void_ = command(VoidSuccession, { id, reason });

  test('names the event it voids', () =>
    given(succession, recorded)
      .when(void_)
      .then([{ type: 'SuccessionVoided', data: { voids: 'e1' } }]));
  test('twice is already so', () => given(succession, recorded, voided).when(void_).thenAlreadySo());
  test('the unknown is refused', () => given(succession).when(void_).thenRejected('unknown-succession'));
});
