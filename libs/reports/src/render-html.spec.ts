import { describe, expect, test } from '@jest/globals';
import { renderHtml } from './render-html.js';
import { cssString } from './render-html-style.js';
import { annexEntries, printedFigures, type Block, type ReportDocument } from './report-document.js';
import { sampleDocument } from '../../../test/support/sample-document.js';

const html = renderHtml(sampleDocument());
const of = (...blocks: Block[]): string =>
  renderHtml({ ...sampleDocument(), statements: [], sections: [{ id: 'part', title: 'Part', blocks }] });
const all = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map((match) => match[1]!);

describe('an HTML report', () => {
  test('is one file: no script, nothing loaded from elsewhere', () => {
    expect(html).not.toMatch(/<script|<link|<img|<iframe|@import|url\(|https?:/);
    expect(html).toContain('<html lang="en-GB">');
  });

  test('escapes what it is given, wherever it stands', () => {
    const evil = '"><script>alert(1)</script>&amp;\'';
    const document: ReportDocument = {
      ...sampleDocument(),
      title: evil,
      subtitle: evil,
      statements: [`${evil}</style>`],
      project: { id: evil, reference: evil, title: evil },
      sections: [
        {
          id: 'part',
          title: evil,
          intro: { kind: 'free', textHash: evil, text: evil, lang: evil },
          blocks: [
            {
              kind: 'table',
              caption: evil,
              columns: [{ title: evil, kind: 'text', width: 1 }],
              headerGroups: [{ title: evil, span: 1 }],
              rows: [
                { kind: 'group', title: evil, note: evil },
                { kind: 'row', cells: [{ kind: 'status', status: evil, tone: 'good' }] },
              ],
              notes: [evil],
            },
            {
              kind: 'plan',
              months: ['2022-04'],
              rows: [{ kind: 'line', label: evil, title: evil, footnotes: [evil], placement: { kind: 'not-stated' } }],
              onHold: [{ title: evil, since: null, reason: evil, rows: [] }],
              footnotes: [{ mark: evil, text: evil }],
            },
            { kind: 'flags', flags: [{ title: evil, facts: [{ label: evil, value: evil }] }] },
          ],
        },
      ],
    };
    const printed = renderHtml(document);
    expect(printed).not.toContain('<script');
    expect(all(printed, /(<\/style>)/g)).toHaveLength(1);
  });

  test('closes what it opens', () => {
    for (const tag of ['table', 'tr', 'td', 'th', 'section', 'a', 'span', 'div', 'dl', 'ul', 'p'])
      expect([tag, all(html, new RegExp(`(<${tag})[ >]`, 'g')).length]).toEqual([
        tag,
        all(html, new RegExp(`(</${tag}>)`, 'g')).length,
      ]);
  });

  test('a string of the style sheet cannot end early', () =>
    expect(cssString('a"b\\</style>\n')).toBe('"a\\22 b\\5c \\3c \\2f style\\3e \\a "'));
});

describe('figures', () => {
  const ids = all(html, / id="([^"]*)"/g);

  test('every link inside the report leads somewhere, and every anchor is there once', () => {
    expect(all(html, /href="#([^"]*)"/g).filter((anchor) => !ids.includes(anchor))).toEqual([]);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });

  test('every figure leads to its entry, and the entry back to each place', () => {
    const printed = printedFigures(sampleDocument());
    expect(all(html, /class="figure" id="[^"]*" href="#figure-([^"]*)"/g)).toEqual(printed);
    for (const { figure } of annexEntries(sampleDocument())) {
      const entry = html.slice(html.indexOf(`id="figure-${figure}"`));
      const places = all(entry.slice(0, entry.indexOf('</section>')), /href="#(at-[^"]*)"/g);
      expect([figure, places.length]).toEqual([figure, printed.filter((key) => key === figure).length]);
    }
  });

  test('what counts and what was left out are listed, with the reason', () => {
    const entry = html.slice(html.indexOf('id="figure-dialogues.period"'));
    const text = entry.slice(0, entry.indexOf('</section>'));
    expect(text).toContain('1 ledger event counted');
    expect(text).toContain('2 ledger events left out');
    expect(text).toContain('its date is not stated, so it is not placed in a period');
  });
});

test('zero, not stated and not applicable look different', () => {
  const number = (value: string | null, state: 'zero' | 'not-stated' | 'not-applicable') =>
    ({ kind: 'number', value, state }) as const;
  const cells = [number('0', 'zero'), number(null, 'not-stated'), number(null, 'not-applicable')];
  const printed = of({
    kind: 'table',
    columns: cells.map(() => ({ title: 'A', kind: 'number', width: 1 })),
    rows: [{ kind: 'row', cells }],
  });
  expect(all(printed, /<td[^>]*><div class="cell">(.*?)<\/div>/g)).toEqual([
    '0',
    '<span class="not-stated">not stated</span>',
    '<span class="not-applicable" title="not applicable">n/a</span>',
  ]);
});

describe('the work plan', () => {
  const months = ['2022-11', '2022-12', '2023-01'];
  const plan = (
    placement: Extract<Extract<Block, { kind: 'plan' }>['rows'][number], { kind: 'line' }>['placement'],
  ): string => of({ kind: 'plan', months, rows: [{ kind: 'line', label: '16', title: 'Accompaniment', placement }] });
  const row = (text: string): string => /<tr role="row" class="row">.*?<\/tr>/.exec(text)![0];

  test('a number of months is one bar over all of them with the words, in no month', () => {
    const drawn = row(plan({ kind: 'count', count: 2 }));
    expect(drawn).toContain('colspan="3"><span class="unplaced">2 months, placement not stated</span>');
    expect(drawn).not.toContain('class="mark"');
  });

  test('named months are marked where they are, and said aloud', () => {
    const cells = row(plan({ kind: 'months', months: ['2022-12'] })).match(/<td role="cell" class="month".*?<\/td>/g)!;
    expect(cells.map((cell) => cell.includes('class="mark"'))).toEqual([false, true, false]);
    expect(cells[1]).toContain('aria-label="December 2022"');
  });

  test('nothing said is said', () => {
    expect(row(plan({ kind: 'not-stated' }))).toContain('<span class="not-stated">no month marked</span>');
  });

  test('months stand under their years', () => {
    expect(plan({ kind: 'not-stated' })).toMatch(/colspan="2">2022<\/th><th [^>]*colspan="1">2023</);
  });

  test('all 53 lines, and one more that is placed in months, are drawn, those on hold apart', () => {
    const grid = html.slice(html.indexOf('id="work-plan"'), html.indexOf('id="coordination"'));
    const [placed, ...held] = grid.split('class="on-hold"');
    expect(all(placed!, /(<tr role="row" class="row">)/g)).toHaveLength(39);
    expect(all(held.join(), /(<tr role="row" class="row">)/g)).toHaveLength(15);
    expect(held.join()).toContain('On hold since: <span class="not-stated">not stated</span>');
  });
});

test('a part with nothing to say says so, and statements stand on the title page, in the parts and in the margins', () => {
  expect(html).toContain('Nothing was recorded for this part.');
  const statement = 'The second year, April 2022 to March 2023, is invented';
  const parts = sampleDocument().sections.length;
  expect(all(html, new RegExp(`(${statement})`, 'g'))).toHaveLength(parts + 2);
});
