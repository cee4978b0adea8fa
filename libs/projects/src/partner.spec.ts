import { command, given } from '../../event-sourcing/src/given-when-then.js';
import { CorrectPartner, partner, RecordPartner, VoidPartner, type PartnerEvent } from './partner.js';

type Told = PartnerEvent & { id: string };

const id = '018f3f5e-0000-7000-8000-0000000000d1';
const organisation = '018f3f5e-0000-7000-8000-0000000000e1';
const reason = { code: 'data-quality', text: 'The contract says otherwise.' } as const;
const known = { organisation: { status: 'registered' } };

const facts = { role: 'implementing', organisation } as const;
const recorded: Told = { id: 'e1', type: 'PartnerRecorded', data: facts };
const voided: Told = { id: 'e2', type: 'PartnerVoided', data: { voids: 'e1' } };

describe('record a partner', () => {
  const record = (fields: Partial<RecordPartner>) => command(RecordPartner, { id, ...facts, ...fields });

  test('records the organisation and its part, the note apart', () =>
    given(partner)
      .when(record({ note: 'Annex I.' }), known)
      .then([{ type: 'PartnerRecorded', data: facts, texts: { note: 'Annex I.' } }]));
  test.each(['none', 'not-applicable', 'not-stated'] as const)('or that it is %s', (answer) =>
    given(partner)
      .when(command(RecordPartner, { id, role: 'beneficiary', answer }), { organisation: undefined })
      .thenLike([{ type: 'PartnerRecorded', data: { role: 'beneficiary', answer } }]),
  );
  test('not both, and not neither', () => {
    given(partner)
      .when(record({ answer: 'none' }), known)
      .thenRejected('organisation-or-answer');
    given(partner)
      .when(record({ organisation: undefined }), known)
      .thenRejected('organisation-or-answer');
  });
  test('an id is used once', () => given(partner, recorded).when(record({}), known).thenRejected('partner-exists'));
  test('it does not end before it starts', () =>
    given(partner)
      .when(record({ from: '2022', to: '2021' }), known)
      .thenRejected('ends-before-start'));
  test('the organisation is known', () => {
    given(partner).when(record({}), { organisation: undefined }).thenRejected('unknown-organisation');
    given(partner)
      .when(record({}), { organisation: { status: 'voided' } })
      .thenRejected('organisation-voided');
  });
});

describe('correct a partner', () => {
  const correct = command(CorrectPartner, { id, role: 'implementing', answer: 'not-stated', reason });

  test('restates the whole, also by an answer', () =>
    given(partner, recorded)
      .when(correct, known)
      .thenLike([{ type: 'PartnerCorrected', data: { role: 'implementing', answer: 'not-stated', replaces: 'e1' } }]));
  test('what is stated already is already so', () =>
    given(partner, recorded)
      .when(command(CorrectPartner, { id, ...facts, reason }), known)
      .thenAlreadySo());
  test('the unknown and the voided are refused', () => {
    given(partner).when(correct, known).thenRejected('unknown-partner');
    given(partner, recorded, voided).when(correct, known).thenRejected('partner-voided');
  });
});

describe('void a partner', () => {
  const void_ = command(VoidPartner, { id, reason });

  test('names the event it voids', () =>
    given(partner, recorded)
      .when(void_, known)
      .then([{ type: 'PartnerVoided', data: { voids: 'e1' } }]));
  test('twice is already so', () => given(partner, recorded, voided).when(void_, known).thenAlreadySo());
  test('the unknown is refused', () => given(partner).when(void_, known).thenRejected('unknown-partner'));
});
