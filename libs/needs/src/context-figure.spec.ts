import { command, given } from '../../event-sourcing/src/given-when-then.js';
import {
  contextFigure,
  CorrectContextFigure,
  RecordContextFigure,
  VoidContextFigure,
  type ContextFigureEvent,
} from './context-figure.js';

const id = '018f3f5e-0000-7000-8000-0000000000b1';
const place = '018f3f5e-0000-7000-8000-0000000000a1';
const reason = { code: 'data-quality', text: 'The second edition says otherwise.' } as const;

const facts = { name: 'Migrants in Sabha', value: '48102', unit: 'people', at: '2022-10', source: 'DTM 44', place };
const recorded: ContextFigureEvent & { id: string } = { id: 'e1', type: 'ContextFigureRecorded', data: facts };
const voided: ContextFigureEvent = { type: 'ContextFigureVoided', data: { voids: 'e1' } };
const known = { place: { status: 'registered' } };

describe('record a context figure', () => {
  const record = command(RecordContextFigure, { id, ...facts, note: 'Of the flow monitoring.' });

  test('records it with its source, its note apart', () =>
    given(contextFigure)
      .when(record, known)
      .then([{ type: 'ContextFigureRecorded', data: facts, texts: { note: 'Of the flow monitoring.' } }]));
  test('projected, or long before the project', () => {
    for (const at of ['2030', '1995', undefined]) {
      given(contextFigure)
        .when(command(RecordContextFigure, { id, ...facts, at }), known)
        .thenLike([{ type: 'ContextFigureRecorded' }]);
    }
  });
  test('an id is used once', () =>
    given(contextFigure, recorded).when(record, known).thenRejected('context-figure-exists'));

  const part = (category: string) => ({ category, value: '1' });
  const refused = (fields: Partial<RecordContextFigure>, code: string, context: object = known) =>
    given(contextFigure)
      .when(command(RecordContextFigure, { id, ...facts, ...fields }), context)
      .thenRejected(code);
  test('its place must be known, and not voided', () => {
    refused({}, 'unknown-place', { place: undefined });
    refused({}, 'place-voided', { place: { status: 'voided' } });
  });
  test('a dimension stands there once, and a category once in it', () => {
    const sex = { dimension: 'sex', parts: [part('female')] };
    refused({ breakdowns: [sex, sex] }, 'dimension-repeated');
    refused({ breakdowns: [{ ...sex, parts: [part('female'), part('female')] }] }, 'category-repeated');
  });
});

describe('correct a context figure', () => {
  const correct = command(CorrectContextFigure, { id, ...facts, value: '48200', reason });

  test('restates the whole and names what it replaces', () =>
    given(contextFigure, recorded)
      .when(correct, known)
      .thenLike([{ type: 'ContextFigureCorrected', data: { ...facts, value: '48200', replaces: 'e1' } }]));
  test('what is stated already is already so', () =>
    given(contextFigure, recorded)
      .when(command(CorrectContextFigure, { id, ...facts, reason }), known)
      .thenAlreadySo());
  test('the rules hold for it too', () =>
    given(contextFigure, recorded).when(correct, { place: undefined }).thenRejected('unknown-place'));
  test('a voided one cannot be corrected', () =>
    given(contextFigure, recorded, voided).when(correct, known).thenRejected('context-figure-voided'));
  test('the unknown neither', () => given(contextFigure).when(correct, known).thenRejected('unknown-context-figure'));
});

describe('void a context figure', () => {
  const void_ = command(VoidContextFigure, { id, reason });

  test('names the event it voids', () => given(contextFigure, recorded).when(void_).then([voided]));
  test('twice is already so', () => given(contextFigure, recorded, voided).when(void_).thenAlreadySo());
  test('the unknown is refused', () => given(contextFigure).when(void_).thenRejected('unknown-context-figure'));
});
