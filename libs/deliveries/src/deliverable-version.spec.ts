import { command, given } from '../../event-sourcing/src/given-when-then.js';
import {
  AcceptVersion,
  CorrectAcceptance,
  CorrectVersion,
  deliverableVersion,
  DeliverVersion,
  VoidAcceptance,
  VoidVersion,
  type VersionEvent,
} from './deliverable-version.js';

type Told = VersionEvent & { id: string };

const id = '018f3f5e-0000-7000-8000-000000000001';
const deliverable = '018f3f5e-0000-7000-8000-0000000000aa';
const organisation = '018f3f5e-0000-7000-8000-0000000000bb';
const reason = { code: 'data-quality', text: 'Its cover says otherwise.' } as const;

const facts = { deliverable, label: 'draft', occurredOn: '2022-04-10', lang: 'fr', document: 'Study v1' } as const;
const acceptance = { organisation, occurredOn: '2022-05-02' };

const delivered: Told = { id: 'e1', type: 'DeliverableVersionDelivered', data: facts };
const accepted: Told = { id: 'e2', type: 'DeliverableVersionAccepted', data: acceptance };
const voided: Told = { id: 'e9', type: 'DeliverableVersionVoided', data: { voids: 'e1' } };

const open = {
  checkDate: () => undefined,
  deliverable: { status: 'recorded' },
  organisation: { status: 'registered' },
};
const closed = {
  ...open,
  checkDate: (date?: string) => {
    if (date) throw Object.assign(new Error('closed'), { code: 'period-closed' });
  },
};

describe('deliver a version', () => {
  const deliver = command(DeliverVersion, { id, ...facts, note: 'By mail.' });

  test('records which, when and in which language, its note apart', () =>
    given(deliverableVersion)
      .when(deliver, open)
      .then([{ type: 'DeliverableVersionDelivered', data: facts, texts: { note: 'By mail.' } }]));
  test('an id is used once', () =>
    given(deliverableVersion, delivered).when(deliver, open).thenRejected('version-exists'));
  test('its deliverable must be of the project, and not voided', () => {
    given(deliverableVersion)
      .when(deliver, { ...open, deliverable: undefined })
      .thenRejected('unknown-deliverable');
    given(deliverableVersion)
      .when(deliver, { ...open, deliverable: { status: 'voided' } })
      .thenRejected('deliverable-voided');
  });
  test('its date is checked', () =>
    expect(() => given(deliverableVersion).when(deliver, closed).then([])).toThrow('closed'));
});

describe('correct a version', () => {
  const correct = command(CorrectVersion, { id, ...facts, label: '1.0', reason });

  test('restates the whole and names what it replaces', () =>
    given(deliverableVersion, delivered)
      .when(correct, open)
      .thenLike([{ type: 'DeliverableVersionCorrected', data: { ...facts, label: '1.0', replaces: 'e1' } }]));
  test('what is stated already is already so', () =>
    given(deliverableVersion, delivered)
      .when(command(CorrectVersion, { id, ...facts, reason }), open)
      .thenAlreadySo());
  test('of another deliverable it is another version', () =>
    given(deliverableVersion, delivered)
      .when(command(CorrectVersion, { id, ...facts, deliverable: id, reason }), open)
      .thenRejected('deliverable-fixed'));
  test('not to a day after its acceptance', () =>
    given(deliverableVersion, delivered, accepted)
      .when(command(CorrectVersion, { id, ...facts, occurredOn: '2022-06', reason }), open)
      .thenRejected('accepted-before-delivered'));
  test('the unknown and the voided are refused', () => {
    given(deliverableVersion).when(correct, open).thenRejected('unknown-version');
    given(deliverableVersion, delivered, voided).when(correct, open).thenRejected('version-voided');
  });
});

describe('void a version', () => {
  const void_ = command(VoidVersion, { id, reason });

  test('names the event it voids', () =>
    given(deliverableVersion, delivered)
      .when(void_, open)
      .then([{ type: 'DeliverableVersionVoided', data: { voids: 'e1' } }]));
  test('twice is already so', () => given(deliverableVersion, delivered, voided).when(void_, open).thenAlreadySo());
  test('the unknown is refused', () => given(deliverableVersion).when(void_, open).thenRejected('unknown-version'));
});

describe('accept a version', () => {
  const accept = command(AcceptVersion, { id, ...acceptance });

  test('records who accepted it when', () =>
    given(deliverableVersion, delivered)
      .when(accept, open)
      .thenLike([{ type: 'DeliverableVersionAccepted', data: acceptance }]));
  test('the same again is already so', () =>
    given(deliverableVersion, delivered, accepted).when(accept, open).thenAlreadySo());
  test('otherwise than before must be a correction', () =>
    given(deliverableVersion, delivered, accepted)
      .when(command(AcceptVersion, { id }), open)
      .thenRejected('acceptance-exists'));
  test('not before it was delivered', () =>
    given(deliverableVersion, delivered)
      .when(command(AcceptVersion, { id, occurredOn: '2022-03' }), open)
      .thenRejected('accepted-before-delivered'));
  test('who accepted it must be in the ledger', () =>
    given(deliverableVersion, delivered)
      .when(accept, { ...open, organisation: undefined })
      .thenRejected('unknown-organisation'));
});

describe('correct an acceptance', () => {
  const correct = command(CorrectAcceptance, { id, organisation, occurredOn: '2022-05-03', reason });

  test('restates the whole and names what it replaces', () =>
    given(deliverableVersion, delivered, accepted)
      .when(correct, open)
      .thenLike([{ type: 'DeliverableAcceptanceCorrected', data: { occurredOn: '2022-05-03', replaces: 'e2' } }]));
  test('what is stated already is already so', () =>
    given(deliverableVersion, delivered, accepted)
      .when(command(CorrectAcceptance, { id, ...acceptance, reason }), open)
      .thenAlreadySo());
  test('where there is none, there is nothing to correct', () =>
    given(deliverableVersion, delivered).when(correct, open).thenRejected('no-acceptance'));
});

describe('void an acceptance', () => {
  const void_ = command(VoidAcceptance, { id, reason });

  test('names the event it voids', () =>
    given(deliverableVersion, delivered, accepted)
      .when(void_, open)
      .then([{ type: 'DeliverableAcceptanceVoided', data: { voids: 'e2' } }]));
  test('voiding none is already so', () => given(deliverableVersion, delivered).when(void_, open).thenAlreadySo());
  test('a voided version has none to void', () =>
    given(deliverableVersion, delivered, accepted, voided).when(void_, open).thenRejected('version-voided'));
});
