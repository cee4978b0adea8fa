import { command, given } from '../../event-sourcing/src/given-when-then.js';
import { CorrectMembership, membership, RecordMembership, VoidMembership, type MembershipEvent } from './membership.js';

const id = '018f3f5e-0000-7000-8000-0000000000f1';
const group = '018f3f5e-0000-7000-8000-0000000000c1';
const member = '018f3f5e-0000-7000-8000-0000000000c2';
const reason = { code: 'data-quality', text: 'The list of members says otherwise.' } as const;

const facts = { group, member, since: '2019' } as const;
const recorded: MembershipEvent & { id: string } = { id: 'e1', type: 'MembershipRecorded', data: facts };
const voided: MembershipEvent = { type: 'MembershipVoided', data: { voids: 'e1' } };
const known = { group: { status: 'registered' }, member: { status: 'registered' } };

describe('record a membership', () => {
  const record = command(RecordMembership, { id, ...facts, note: 'As its website says.' });

  test('records who is a member of what, its note apart', () =>
    given(membership)
      .when(record, known)
      .then([{ type: 'MembershipRecorded', data: facts, texts: { note: 'As its website says.' } }]));
  test('of a member that was merged into another, too', () =>
    given(membership)
      .when(record, { ...known, member: { status: 'merged' } })
      .thenLike([{ type: 'MembershipRecorded', data: facts }]));
  test('an id is used once', () => given(membership, recorded).when(record, known).thenRejected('membership-exists'));

  const refused = (fields: Partial<RecordMembership>, code: string, context: object = known) =>
    given(membership)
      .when(command(RecordMembership, { id, ...facts, ...fields }), context)
      .thenRejected(code);
  test('nothing is a member of itself', () => refused({ member: group }, 'member-of-itself'));
  test('its group must exist', () => refused({}, 'unknown-organisation', { ...known, group: undefined }));
  test('its member too', () => refused({}, 'unknown-organisation', { ...known, member: undefined }));
  test('a voided one does not do', () =>
    refused({}, 'organisation-voided', { ...known, member: { status: 'voided' } }));
  test('it has not begun in the future', () => refused({ since: '2022-07' }, 'in-the-future'));
  test('nor ended there', () => refused({ until: '2023' }, 'in-the-future'));
  test('it ends after it begins', () => refused({ until: '2018-12-31' }, 'ends-before-it-begins'));
});

describe('correct a membership', () => {
  const correct = command(CorrectMembership, { id, ...facts, until: '2021', reason });

  test('restates the whole and names what it replaces', () =>
    given(membership, recorded)
      .when(correct, known)
      .thenLike([{ type: 'MembershipCorrected', data: { ...facts, until: '2021', replaces: 'e1' } }]));
  test('what is stated already is already so', () =>
    given(membership, recorded)
      .when(command(CorrectMembership, { id, ...facts, reason }), known)
      .thenAlreadySo());
  test('the rules hold for it too', () =>
    given(membership, recorded)
      .when(command(CorrectMembership, { id, ...facts, member: group, reason }), known)
      .thenRejected('member-of-itself'));
  test('a voided one cannot be corrected', () =>
    given(membership, recorded, voided).when(correct, known).thenRejected('membership-voided'));
  test('the unknown neither', () => given(membership).when(correct, known).thenRejected('unknown-membership'));
});

describe('void a membership', () => {
  const void_ = command(VoidMembership, { id, reason });

  test('names the event it voids', () =>
    given(membership, recorded)
      .when(void_, known)
      .then([{ type: 'MembershipVoided', data: { voids: 'e1' } }]));
  test('twice is already so', () => given(membership, recorded, voided).when(void_, known).thenAlreadySo());
  test('the unknown is refused', () => given(membership).when(void_, known).thenRejected('unknown-membership'));
});
