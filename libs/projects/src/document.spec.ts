import { validateSync } from 'class-validator';
import { command, given } from '../../event-sourcing/src/given-when-then.js';
import { CorrectDocument, document, RecordDocument, VoidDocument, type DocumentEvent } from './document.js';

type Told = DocumentEvent & { id: string };

const id = '018f3f5e-0000-7000-8000-0000000000d1';
const english = '018f3f5e-0000-7000-8000-0000000000d2';
const reason = { code: 'data-quality', text: 'Its title page says otherwise.' } as const;
const known = { translationOf: { status: 'recorded', facts: {} } };

const facts = { title: 'Factsheet', kind: 'factsheet', lang: 'fr', occurredOn: '2022-03' } as const;
const recorded: Told = { id: 'e1', type: 'DocumentRecorded', data: facts };
const voided: Told = { id: 'e2', type: 'DocumentVoided', data: { voids: 'e1' } };

describe('record a document', () => {
  const record = (fields: Partial<RecordDocument>) => command(RecordDocument, { id, ...facts, ...fields });

  test('records it, its note apart', () =>
    given(document)
      .when(record({ note: 'Two pages.' }), known)
      .then([{ type: 'DocumentRecorded', data: facts, texts: { note: 'Two pages.' } }]));
  test('an id is used once', () => given(document, recorded).when(record({}), known).thenRejected('document-exists'));
  test('it is not dated in the future', () =>
    given(document)
      .when(record({ occurredOn: '2022-07' }), known)
      .thenRejected('in-the-future'));
  test('it may be a translation of another document of the project', () => {
    given(document)
      .when(record({ translationOf: english }), known)
      .thenLike([{ type: 'DocumentRecorded', data: { translationOf: english } }]);
    given(document)
      .when(record({ translationOf: english }), { translationOf: undefined })
      .thenRejected('unknown-document');
    given(document)
      .when(record({ translationOf: english }), { translationOf: { status: 'voided', facts: {} } })
      .thenRejected('document-voided');
    given(document)
      .when(record({ translationOf: id }), known)
      .thenRejected('translates-itself');
    given(document)
      .when(record({ translationOf: english }), { translationOf: { status: 'recorded', facts: { translationOf: id } } })
      .thenRejected('translates-a-translation');
  });
});

test.each([
  ['lang', 'French'],
  ['url', 'javascript:alert(1)'],
  ['url', 'https://user@example.org/a.pdf'],
  ['sha256', 'abc'],
] as const)('%s is not %s', (property, value) =>
  expect(validateSync(command(RecordDocument, { id, ...facts, [property]: value }))).toMatchObject([{ property }]),
);
test.each([
  ['lang', 'sr-Latn'],
  ['url', 'https://example.org/a.pdf?lang=fr'],
  ['sha256', 'a'.repeat(64)],
] as const)('%s may be %s', (property, value) =>
  expect(validateSync(command(RecordDocument, { id, ...facts, [property]: value }))).toEqual([]),
);

describe('correct a document', () => {
  const correct = command(CorrectDocument, { id, ...facts, lang: 'ar', reason });

  test('restates the whole and names what it replaces', () =>
    given(document, recorded)
      .when(correct, known)
      .thenLike([{ type: 'DocumentCorrected', data: { ...facts, lang: 'ar', replaces: 'e1' } }]));
  test('what is stated already is already so', () =>
    given(document, recorded)
      .when(command(CorrectDocument, { id, ...facts, reason }), known)
      .thenAlreadySo());
  test('the unknown and the voided are refused', () => {
    given(document).when(correct, known).thenRejected('unknown-document');
    given(document, recorded, voided).when(correct, known).thenRejected('document-voided');
  });
});

describe('void a document', () => {
  const void_ = command(VoidDocument, { id, reason });

  test('names the event it voids', () =>
    given(document, recorded)
      .when(void_, known)
      .then([{ type: 'DocumentVoided', data: { voids: 'e1' } }]));
  test('twice is already so', () => given(document, recorded, voided).when(void_, known).thenAlreadySo());
  test('the unknown is refused', () => given(document).when(void_, known).thenRejected('unknown-document'));
});
