import { validateSync } from 'class-validator';
import { command, given } from '../../event-sourcing/src/given-when-then.js';
import { AttachEvidence, CorrectEvidence, evidence, VoidEvidence, type EvidenceEvent } from './evidence.js';

type Told = EvidenceEvent & { id: string };

const id = '018f3f5e-0000-7000-8000-0000000000f1';
const thing = '018f3f5e-0000-7000-8000-0000000000f2';
const event = '018f3f5e-0000-7000-8000-0000000000f3';
const reason = { code: 'data-quality', text: 'It was scanned again.' } as const;
const known = { events: [{ id: event }] };

const facts = {
  category: 'training',
  thing,
  event,
  kind: 'attendance-list',
  title: 'Attendance list',
  sha256: 'a'.repeat(64),
  size: 1,
  mediaType: 'application/pdf',
  reference: 'Box 12',
  occurredOn: '2022-05',
} as const;
const attached: Told = { id: 'e1', type: 'EvidenceAttached', data: facts };
const voided: Told = { id: 'e2', type: 'EvidenceVoided', data: { voids: 'e1' } };

describe('attach evidence', () => {
  const attach = (fields: Partial<AttachEvidence> = {}) => command(AttachEvidence, { id, ...facts, ...fields });

  test('records what it is and where it is kept, its note apart', () =>
    given(evidence)
      .when(attach({ note: 'Page 2 is faint.' }), known)
      .then([{ type: 'EvidenceAttached', data: facts, texts: { note: 'Page 2 is faint.' } }]));
  test('an id is used once', () => {
    given(evidence, attached).when(attach(), known).thenRejected('evidence-exists');
    given(evidence, attached, voided).when(attach(), known).thenRejected('evidence-exists');
  });
  test('of a thing that there is, and of an event of it', () => {
    given(evidence).when(attach(), { events: [] }).thenRejected('unknown-thing');
    given(evidence)
      .when(attach({ event: thing }), known)
      .thenRejected('unknown-event');
    given(evidence)
      .when(attach({ event: undefined }), known)
      .thenLike([{ type: 'EvidenceAttached' }]);
  });
  test('the file is kept somewhere', () => {
    given(evidence)
      .when(attach({ reference: undefined }), known)
      .thenRejected('kept-nowhere');
    given(evidence)
      .when(attach({ reference: undefined, url: 'https://files.example.org/1' }), known)
      .thenLike([{ type: 'EvidenceAttached' }]);
  });
  test('it is not dated in the future', () =>
    given(evidence)
      .when(attach({ occurredOn: '2022-07' }), known)
      .thenRejected('in-the-future'));

  test.each([
    ['category', 'Training'],
    ['kind', 'rumour'],
    ['sha256', 'A'.repeat(64)],
    ['size', 0],
    ['size', 1.5],
    ['mediaType', 'PDF'],
    ['url', 'javascript:alert(1)'],
    ['url', 'https://user@example.org/a.pdf'],
  ] as const)('%s is not %.20s', (property, value) =>
    expect(validateSync(attach({ [property]: value }))).toMatchObject([{ property }]),
  );
  test('an address may have a query', () =>
    expect(validateSync(attach({ url: 'https://example.org/a?b=c' }))).toEqual([]));
});

describe('correct evidence', () => {
  const correct = command(CorrectEvidence, { id, ...facts, size: 2, reason });

  test('restates the whole and names what it replaces', () =>
    given(evidence, attached)
      .when(correct, known)
      .thenLike([{ type: 'EvidenceCorrected', data: { ...facts, size: 2, replaces: 'e1' } }]));
  test('what is stated already is already so', () =>
    given(evidence, attached)
      .when(command(CorrectEvidence, { id, ...facts, reason }), known)
      .thenAlreadySo());
  test('the rules hold for it too', () =>
    given(evidence, attached).when(correct, { events: [] }).thenRejected('unknown-thing'));
  test('the unknown and the voided are refused', () => {
    given(evidence).when(correct, known).thenRejected('unknown-evidence');
    given(evidence, attached, voided).when(correct, known).thenRejected('evidence-voided');
  });
});

describe('void evidence', () => {
  const void_ = command(VoidEvidence, { id, reason });

  test('names the event it voids', () =>
    given(evidence, attached)
      .when(void_, known)
      .then([{ type: 'EvidenceVoided', data: { voids: 'e1' } }]));
  test('twice is already so', () => given(evidence, attached, voided).when(void_, known).thenAlreadySo());
  test('the unknown is refused', () => given(evidence).when(void_, known).thenRejected('unknown-evidence'));
});
