import { command, given } from '../../event-sourcing/src/given-when-then.js';
import { contact, CorrectContact, RecordContact, VoidContact, type ContactEvent } from './contact.js';

type Told = ContactEvent & { id: string };

const id = '018f3f5e-0000-7000-8000-0000000000d1';
const organisation = '018f3f5e-0000-7000-8000-0000000000e1';
const reason = { code: 'data-quality', text: 'Somebody else by now.' } as const;
const known = { organisation: { status: 'registered' } };

const facts = { title: 'Project manager', organisation } as const;
const recorded: Told = { id: 'e1', type: 'ContactRecorded', data: facts };
const named: Told = { id: 'e1', type: 'ContactRecorded', data: { ...facts, person: { textHash: 'aa' } } };
const voided: Told = { id: 'e2', type: 'ContactVoided', data: { voids: 'e1' } };

describe('record a contact', () => {
  const record = command(RecordContact, { id, ...facts, person: 'Amal B., +218 …', note: 'Mornings.' });

  test('records the role; who it is stands apart', () =>
    given(contact)
      .when(record, known)
      .then([{ type: 'ContactRecorded', data: facts, texts: { person: 'Amal B., +218 …', note: 'Mornings.' } }]));
  test('neither organisation nor person need be stated', () =>
    given(contact)
      .when(command(RecordContact, { id, title: 'Focal point' }), { organisation: undefined })
      .thenLike([{ type: 'ContactRecorded', data: { title: 'Focal point' } }]));
  test('an id is used once', () => given(contact, recorded).when(record, known).thenRejected('contact-exists'));
  test('the organisation is known', () => {
    given(contact).when(record, { organisation: undefined }).thenRejected('unknown-organisation');
    given(contact)
      .when(record, { organisation: { status: 'voided' } })
      .thenRejected('organisation-voided');
  });
});

describe('correct a contact', () => {
  const correct = command(CorrectContact, { id, ...facts, title: 'Team leader', reason });

  test('restates the whole and names what it replaces', () =>
    given(contact, recorded)
      .when(correct, known)
      .thenLike([{ type: 'ContactCorrected', data: { ...facts, title: 'Team leader', replaces: 'e1' } }]));
  test('what is stated already is already so', () =>
    given(contact, recorded)
      .when(command(CorrectContact, { id, ...facts, reason }), known)
      .thenAlreadySo());
  test('a person who is left out is taken back', () =>
    given(contact, named)
      .when(command(CorrectContact, { id, ...facts, reason }), known)
      .then([{ type: 'ContactCorrected', data: { ...facts, replaces: 'e1' }, texts: {} }]));
  test('the unknown and the voided are refused', () => {
    given(contact).when(correct, known).thenRejected('unknown-contact');
    given(contact, recorded, voided).when(correct, known).thenRejected('contact-voided');
  });
});

describe('void a contact', () => {
  const void_ = command(VoidContact, { id, reason });

  test('names the event it voids', () =>
    given(contact, recorded)
      .when(void_, known)
      .then([{ type: 'ContactVoided', data: { voids: 'e1' } }]));
  test('twice is already so', () => given(contact, recorded, voided).when(void_, known).thenAlreadySo());
  test('the unknown is refused', () => given(contact).when(void_, known).thenRejected('unknown-contact'));
});
