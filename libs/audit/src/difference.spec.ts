import { describe, expect, test } from '@jest/globals';
import { differences, idsIn, type Known } from './difference.js';

const [workshop, network, ministry] = [7, 8, 9].map((n) => `018f3f5e-0000-7000-8000-00000000000${n}`) as [
  string,
  string,
  string,
];
const titles: Record<string, string> = { [workshop]: 'Workshop in Tunis', [network]: 'Network' };
const known: Known = { titleOf: (id) => titles[id], currency: 'EUR' };
const textHash = 'a'.repeat(64);
const tell = (before: object | undefined, after: object, of: Known = known) => differences(before, after, of);

describe('a change reads', () => {
  test('as what was and what is', () => {
    expect(tell({ occurredOn: '2022-05', title: 'T' }, { occurredOn: '2022-05-03', title: 'T' })).toEqual([
      'Occurred on: 2022-05 became 2022-05-03.',
    ]);
  });

  test('as not stated where nothing stood, which is not zero', () => {
    expect(tell({}, { days: 0 })).toEqual(['Days: not stated became 0.']);
    expect(tell({ place: 'Tunis' }, { place: undefined })).toEqual(['Place: Tunis became not stated.']);
    expect(tell({ donors: [] }, {})).toEqual([]);
  });

  test('part by part in what is nested', () => {
    const before = { headcount: { total: 20, bySex: { female: 12, male: 8 }, method: 'list' } };
    const after = { headcount: { total: 22, bySex: { female: 14, male: 8 }, method: 'partner-figure' } };
    expect(tell(before, after)).toEqual([
      'Headcount, women: 12 became 14.',
      'Headcount, method: list became partner figure.',
      'Headcount, total: 20 became 22.',
    ]);
    expect(tell({}, { headcount: { total: 3 } })).toEqual(['Headcount, total: not stated became 3.']);
  });

  test('as a status in words', () => {
    expect(tell({ status: 'started' }, { status: 'on-hold' })).toEqual(['Status: started became on hold.']);
    expect(tell({ assumption: true }, { assumption: false })).toEqual(['Assumption: yes became no.']);
  });

  test('as money in its currency, and as a plain number where there is none', () => {
    expect(tell({ amount: 255006000 }, { amount: 255006050 })).toEqual([
      'Amount: 2550060.00 EUR became 2550060.50 EUR.',
    ]);
    expect(tell({ amount: 5 }, { amount: 6 }, { titleOf: () => undefined })).toEqual(['Amount: 5 became 6.']);
    expect(tell({ amount: 1500 }, { amount: 1501 }, { ...known, currency: 'JPY' })).toEqual([
      'Amount: 1500 JPY became 1501 JPY.',
    ]);
  });

  test('with titles in place of ids, or the id of what the reader may not know', () => {
    expect(tell({ activity: workshop }, { activity: ministry })).toEqual([
      `Activity: Workshop in Tunis became ${ministry}.`,
    ]);
  });
});

describe('a free text', () => {
  const note = { textHash, text: 'Held late.' };
  test('was added, changed, removed, redacted', () => {
    expect(tell({}, { note })).toEqual(['Note was added: “Held late.”']);
    expect(tell({ note }, { note: { textHash: 'b'.repeat(64), text: 'Held.' } })).toEqual([
      'Note was changed: “Held.”',
    ]);
    expect(tell({ note }, {})).toEqual(['Note was removed.']);
    expect(tell({}, { note: { textHash, redacted: true } })).toEqual(['Note was added: [redacted].']);
    expect(tell(undefined, { note: { textHash, redacted: true } })).toEqual(['Note: [redacted].']);
  });
});

describe('a list', () => {
  test('of things says which came and went', () => {
    const before = { organisations: [network, workshop] };
    expect(tell(before, { organisations: [network, ministry] })).toEqual([
      `Organisations: ${ministry} was added.`,
      'Organisations: Workshop in Tunis was removed.',
    ]);
    expect(tell(before, { organisations: [workshop, network] })).toEqual(['Organisations: the order changed.']);
  });

  test('of parts says which part changed, known by what names it', () => {
    const before = { byOrganisation: [{ organisation: network, count: 3 }] };
    const after = {
      byOrganisation: [
        { organisation: network, count: 5 },
        { organisation: ministry, count: 1 },
      ],
    };
    expect(tell(before, after)).toEqual([
      'By organisation, Network, count: 3 became 5.',
      `By organisation: ${ministry}, count 1 was added.`,
    ]);
  });

  test('whose parts have no name says each as a whole', () => {
    expect(tell({ answers: [{ count: 1 }] }, { answers: [{ count: 1 }, { count: 2 }] })).toEqual([
      'Answers: count 2 was added.',
    ]);
  });
});

test('of the first version all that it says', () => {
  const after = { title: 'Workshop', days: 2, organisations: [network], status: 'held', place: null };
  expect(tell(undefined, after)).toEqual(['Title: Workshop.', 'Days: 2.', 'Organisations: Network.', 'Status: held.']);
});

test('what a row keeps of its own past is not told again', () => {
  const before = { amount: 100, original: 100, revisions: [] };
  expect(tell(before, { amount: 200, original: 100, revisions: [{ amount: 200 }] })).toEqual([
    'Amount: 1.00 EUR became 2.00 EUR.',
  ]);
  expect(
    tell(
      { completed: { occurredOn: '2022', eventId: workshop } },
      { completed: { occurredOn: '2022', eventId: network } },
    ),
  ).toEqual([]);
});

test('versions that are the same differ in nothing', () => {
  const one = { title: 'T', list: [{ label: 'a', months: ['2022-01'] }], note: { textHash } };
  expect(tell(one, structuredClone(one))).toEqual([]);
});

test('the ids of both versions are those that need a title', () => {
  expect(idsIn({ activity: workshop }, { activity: network, parts: [{ organisation: ministry }] })).toEqual([
    workshop,
    network,
    ministry,
  ]);
});
