import fc from 'fast-check';
import { rows } from '../../event-sourcing/src/given-when-then.js';
import { contributionRegister } from './contribution-register.js';
import { rateRegister } from './rate-register.js';
import { requirementRegister, type RequirementRow } from './requirement-register.js';

describe('rate-register', () => {
  const facts = { from: 'EUR', to: 'USD', rate: '1.0843', on: '2022-05', source: 'InforEuro' };
  const recorded = { type: 'RateRecorded', data: facts };

  test('has each rate with its source', async () =>
    expect(await rows(rateRegister, recorded)).toEqual([{ ...facts, status: 'recorded' }]));
  test('a correction restates the whole', async () =>
    expect(
      await rows(rateRegister, recorded, { type: 'RateCorrected', data: { ...facts, rate: '1.1', replaces: 'e1' } }),
    ).toEqual([{ ...facts, rate: '1.1', status: 'recorded' }]));
  test('a voided one stays, as voided', async () =>
    expect(await rows(rateRegister, recorded, { type: 'RateVoided', data: { voids: 'e1' } })).toEqual([
      { ...facts, status: 'voided' },
    ]));
  test('it holds for the days of its source', () =>
    expect(rateRegister.validity?.({ ...facts, status: 'recorded' })).toEqual({ from: '2022-05', to: '2022-05' }));
});

describe('contribution-register', () => {
  const facts = { stage: 'pledged', amount: 100, currency: 'EUR', occurredOn: '2022-05' } as const;
  const recorded = { type: 'ContributionRecorded', data: facts };

  test('has each contribution in its own currency', async () =>
    expect(await rows(contributionRegister, recorded)).toEqual([{ ...facts, status: 'recorded' }]));
  test('a correction restates the whole', async () => {
    const corrected = {
      type: 'ContributionCorrected',
      data: { stage: 'pledged', amount: 1, currency: 'USD', replaces: 'e1' },
    };
    expect(await rows(contributionRegister, recorded, corrected)).toEqual([
      { stage: 'pledged', amount: 1, currency: 'USD', status: 'recorded' },
    ]);
  });
  test('a voided one stays, as voided', async () =>
    expect(
      await rows(contributionRegister, recorded, { type: 'ContributionVoided', data: { voids: 'e1' } }),
    ).toMatchObject([{ status: 'voided' }]));
  test('a date that is not stated is null', () => {
    const { occurredOn: _, ...undated } = facts;
    expect(contributionRegister.validity?.({ ...undated, status: 'recorded' })).toEqual({ from: null, to: null });
  });
});

describe('requirement-register', () => {
  const of = (level: string, amount: number, parent?: string, currency = 'USD') => ({
    ...{ level, order: 1, title: level, amount, currency },
    ...(parent && { parent }),
  });
  const add = (thing: string, ...facts: Parameters<typeof of>) => ({
    ...{ thing, type: 'RequirementAdded', data: of(...facts) },
  });
  const byTitle = async (...events: Parameters<typeof rows>[1][]) => {
    const [area, section] = (await rows(requirementRegister, ...events)) as RequirementRow[];
    return { area, section };
  };
  const area = add('a', 'area', 1000);
  const section = add('s', 'section', 990, 'a');
  const lines = [add('l1', 'line', 500, 's'), add('l2', 'line', 480, 's')];

  test('what has nothing below it has no sums', async () =>
    expect(await rows(requirementRegister, area)).toEqual([{ ...area.data, status: 'added' }]));
  test('every level is checked against what is right below it, and against its lines', async () => {
    const rowsOf = await byTitle(area, section, ...lines);
    expect(rowsOf.area).toMatchObject({ parts: 990, partsDifference: -10, lines: 980, linesDifference: -20 });
    expect(rowsOf.section).toMatchObject({ parts: 980, partsDifference: -10, lines: 980, linesDifference: -10 });
  });
  test('a correction reaches all levels above', async () => {
    const corrected = {
      thing: 'l2',
      type: 'RequirementCorrected',
      data: { ...of('line', 490, 's'), replaces: 'e4' },
    };
    const rowsOf = await byTitle(area, section, ...lines, corrected);
    expect(rowsOf.section).toMatchObject({ partsDifference: 0, linesDifference: 0 });
    expect(rowsOf.area).toMatchObject({ partsDifference: -10, linesDifference: -10 });
  });
  test('what moves leaves one parent for another', async () => {
    const other = add('o', 'area', 480);
    const moved = { thing: 'l2', type: 'RequirementCorrected', data: { ...of('line', 480, 'o'), replaces: 'e4' } };
    const found = (await rows(requirementRegister, area, section, ...lines, other, moved)) as RequirementRow[];
    expect(found.map(({ parts, lines: sum }) => [parts, sum])).toEqual([
      [990, 500],
      [500, 500],
      [undefined, undefined],
      [undefined, undefined],
      [480, 480],
    ]);
  });
  test('each row is summed once, after all that stand below it: also where it is above both parents', async () => {
    const stated: Record<string, string | undefined> = { a: undefined, s: 'a', t: 'a', l: 's' };
    const lookup = {
      get: <D>(key: string) => Promise.resolve({ parent: stated[key] } as D),
      referring: () => Promise.resolve([]),
    };
    const moved = { thing: 'l', type: 'RequirementCorrected', data: of('line', 480, 't') } as never;
    expect(await requirementRegister.keys?.(moved, lookup)).toEqual(['l', 's', 't', 'a']);
  });
  test('what is voided counts no more', async () => {
    const voided = { thing: 'l1', type: 'RequirementVoided', data: { voids: 'e3' } };
    const rowsOf = await byTitle(area, section, ...lines, voided);
    expect(rowsOf.section).toMatchObject({ parts: 480, lines: 480 });
    expect(rowsOf.area).toMatchObject({ lines: 480 });
  });
  test('another currency is in no sum, and said', async () => {
    const { area: row } = await byTitle(area, section, add('e', 'section', 10, 'a', 'EUR'));
    expect(row).toMatchObject({ parts: 990, otherCurrencies: 1 });
  });
  test('unit costs that do not make the amount are flagged', async () => {
    const line = (units: number) => ({ ...add('l', 'line', 1000).data, unitCost: 100, units });
    const tell = (units: number) => rows(requirementRegister, { type: 'RequirementAdded', data: line(units) });
    expect(await tell(9)).toEqual([{ ...line(9), status: 'added', unitsDifference: -100 }]);
    expect(await tell(10)).toEqual([{ ...line(10), status: 'added' }]);
  });

  test('whatever is added, moved and voided in whatever order, sums are those of what stands', async () => {
    const [areas, sections] = [
      ['a', 'b'],
      ['s', 't'],
    ];
    const change = fc.record({
      thing: fc.constantFrom('l', 'm', 'n', 's', 't'),
      amount: fc.nat({ max: 1000 }),
      at: fc.nat({ max: 3 }),
      isVoided: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 25 }), async (changes) => {
        const events = [
          add('a', 'area', 1),
          add('b', 'area', 1),
          add('s', 'section', 1, 'a'),
          add('t', 'section', 1, 'b'),
        ];
        const model = new Map(events.map(({ thing, data }) => [thing, { ...data, isVoided: false }]));
        const told: Parameters<typeof rows>[1][] = [...events];
        for (const { thing, amount, at, isVoided } of changes) {
          const isSection = sections.includes(thing);
          const parent = [...areas, ...(isSection ? areas : sections)][at];
          const data = of(isSection ? 'section' : 'line', amount, parent);
          const known = model.get(thing);
          if (known?.isVoided) continue;
          const voids = known && isVoided;
          const type = voids ? 'RequirementVoided' : known ? 'RequirementCorrected' : 'RequirementAdded';
          told.push({ thing, type, data: voids ? { voids: 'e' } : { ...data, ...(known && { replaces: 'e' }) } });
          model.set(thing, voids ? { ...known, isVoided: true } : { ...data, isVoided: false });
        }
        const below = (key: string) => [...model].filter(([, row]) => row.parent === key && !row.isVoided);
        const linesOf = (key: string): number =>
          below(key).reduce((sum, [one, row]) => sum + (below(one).length > 0 ? linesOf(one) : row.amount), 0);
        const found = (await rows(requirementRegister, ...told)) as RequirementRow[];
        expect(found.map(({ amount, parts, lines: sum }) => ({ amount, parts, sum }))).toEqual(
          [...model].map(([key, { amount }]) => {
            const parts = below(key);
            if (parts.length === 0) return { amount, parts: undefined, sum: undefined };
            return { amount, parts: parts.reduce((total, [, row]) => total + row.amount, 0), sum: linesOf(key) };
          }),
        );
      }),
    );
  });
});
