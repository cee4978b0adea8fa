import { command, given, rows } from '../../event-sourcing/src/given-when-then.js';
import { compareLogframes } from './logframe-comparison.js';
import { logframeVersions } from './logframe-version-register.js';
import { AdoptLogframe, CorrectLogframe, logframe, VoidLogframe, type LogframeEvent } from './logframe.js';

type Told = LogframeEvent & { id: string };

const id = '018f3f5e-0000-7000-8000-0000000000d1';
const [outcome, output, indicator] = ['r1', 'r2', 'i1'] as const;
const reason = { code: 'data-quality', text: 'The signed annex says otherwise.' } as const;
const known = {
  results: new Map([outcome, output].map((one) => [one, { status: 'added' }])),
  indicators: new Map([[indicator, { status: 'defined' }]]),
  checkDate: () => undefined,
};
const closed = (closedDay: string) => ({
  ...known,
  checkDate: (day?: string) => {
    if (day === closedDay) throw new Error(`${day} is closed`);
  },
});

const facts = {
  version: 'Version 2',
  adoptedOn: '2022-03',
  amendment: 'Addendum 1',
  results: [{ result: outcome, code: '2', title: 'Migration is governed better' }, { result: output }],
  indicators: [{ indicator, result: output, target: 'at least 30' }],
};
const adopted: Told = { id: 'e1', type: 'LogframeAdopted', data: facts };
const voided: Told = { id: 'e3', type: 'LogframeVoided', data: { voids: 'e1' } };

describe('adopt a logframe', () => {
  const adopt = (fields: Partial<AdoptLogframe>) => command(AdoptLogframe, { id, ...facts, ...fields });

  test('records what it lists, the note apart', () =>
    given(logframe)
      .when(adopt({ note: 'Annex A1.' }), known)
      .then([{ type: 'LogframeAdopted', data: facts, texts: { note: 'Annex A1.' } }]));
  test('with indicators or without', () =>
    given(logframe)
      .when(adopt({ indicators: undefined }), known)
      .thenLike([{ type: 'LogframeAdopted' }]));
  test('an id is used once', () => given(logframe, adopted).when(adopt({}), known).thenRejected('logframe-exists'));
  test('on a day that the project takes', () =>
    expect(() => given(logframe).when(adopt({}), closed('2022-03')).thenAlreadySo()).toThrow('is closed'));
  test('nothing stands in it twice', () => {
    given(logframe)
      .when(adopt({ results: [...facts.results, { result: output }] }), known)
      .thenRejected('listed-twice');
    given(logframe)
      .when(adopt({ indicators: [{ indicator }, { indicator }] }), known)
      .thenRejected('listed-twice');
  });
  test('an indicator measures a result of the same version', () =>
    given(logframe)
      .when(adopt({ results: [{ result: outcome }] }), known)
      .thenRejected('result-not-listed'));
  test('what it lists is known, and not voided', () => {
    const results = new Map([...known.results, [output, { status: 'voided' }]]);
    given(logframe)
      .when(adopt({ results: [{ result: 'r9' }] }), known)
      .thenRejected('unknown-result');
    given(logframe)
      .when(adopt({}), { ...known, results })
      .thenRejected('result-voided');
    given(logframe)
      .when(adopt({ indicators: [{ indicator: 'i9' }] }), known)
      .thenRejected('unknown-indicator');
    given(logframe)
      .when(adopt({}), { ...known, indicators: new Map([[indicator, { status: 'voided' }]]) })
      .thenRejected('indicator-voided');
  });
});

describe('correct a logframe', () => {
  const correct = command(CorrectLogframe, { id, ...facts, adoptedOn: '2022-04', reason });

  test('restates the whole and names what it replaces', () =>
    given(logframe, adopted)
      .when(correct, known)
      .thenLike([{ type: 'LogframeCorrected', data: { ...facts, adoptedOn: '2022-04', replaces: 'e1' } }]));
  test('a second one replaces the first', () => {
    const corrected = { id: 'e2', type: 'LogframeCorrected', data: { ...facts, version: '2', replaces: 'e1' } };
    given(logframe, adopted, corrected)
      .when(correct, known)
      .thenLike([{ data: { replaces: 'e2' } }]);
  });
  test('what is stated already is already so', () =>
    given(logframe, adopted)
      .when(command(CorrectLogframe, { id, ...facts, reason }), known)
      .thenAlreadySo());
  test.each(['2022-03', '2022-04'])('not where %s is in a closed period', (day) =>
    expect(() => given(logframe, adopted).when(correct, closed(day)).thenAlreadySo()).toThrow('is closed'),
  );
  test('the unknown and the voided are refused', () => {
    given(logframe).when(correct, known).thenRejected('unknown-logframe');
    given(logframe, adopted, voided).when(correct, known).thenRejected('logframe-voided');
  });
});

describe('void a logframe', () => {
  const void_ = command(VoidLogframe, { id, reason });

  test('names the event it voids', () =>
    given(logframe, adopted)
      .when(void_, known)
      .then([{ type: 'LogframeVoided', data: { voids: 'e1' } }]));
  test('not what was adopted in a closed period', () =>
    expect(() => given(logframe, adopted).when(void_, closed('2022-03')).thenAlreadySo()).toThrow('is closed'));
  test('twice is already so', () => given(logframe, adopted, voided).when(void_, known).thenAlreadySo());
  test('the unknown is refused', () => given(logframe).when(void_, known).thenRejected('unknown-logframe'));
});

describe('logframe-versions', () => {
  test('a correction restates the whole: what it leaves out is not stated any more', async () => {
    const corrected = {
      type: 'LogframeCorrected',
      data: { version: '2', results: [{ result: outcome }], replaces: 'e1' },
    };
    const [row] = await rows(logframeVersions, adopted, corrected);
    expect(row).toEqual({ version: '2', results: [{ result: outcome }], status: 'adopted' });
    expect(logframeVersions.validity?.(row as never)).toEqual({ from: null, to: null });
  });
  test('a voided version stays, as voided', async () =>
    expect(await rows(logframeVersions, adopted, voided)).toEqual([{ ...facts, status: 'voided' }]));
});

describe('two versions side by side', () => {
  const first = {
    version: 'Version 1',
    results: [
      { result: 'r3', code: '1' },
      { result: outcome, code: '1.1', title: 'Migration is governed better' },
    ],
    indicators: [{ indicator, target: 'at least 20' }],
  };

  test('tell what was added, removed and worded otherwise', () =>
    expect(compareLogframes(first, facts)).toEqual({
      results: [
        { id: outcome, change: 'changed', fields: ['code'], before: first.results[1], after: facts.results[0] },
        { id: output, change: 'added', fields: [], before: null, after: { result: output } },
        { id: 'r3', change: 'removed', fields: [], before: { result: 'r3', code: '1' }, after: null },
      ],
      indicators: [
        {
          ...{ id: indicator, change: 'changed', fields: ['result', 'target'] },
          ...{ before: first.indicators[0], after: facts.indicators[0] },
        },
      ],
    }));
  test('a version beside itself is the same', () => {
    const { results, indicators } = compareLogframes(facts, facts);
    expect([...results, ...indicators].map(({ change }) => change)).toEqual(['same', 'same', 'same']);
  });
  test('a version may list no indicators', () =>
    expect(compareLogframes({ ...first, indicators: undefined }, facts).indicators).toMatchObject([
      { id: indicator, change: 'added' },
    ]));
});
