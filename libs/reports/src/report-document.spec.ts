import { describe, expect, test } from '@jest/globals';
import { canonicalForm, documentFaults, printedFigures, type ReportDocument } from './report-document.js';
import { sampleDocument } from '../../../test/support/sample-document.js';

const withBlocks = (...blocks: ReportDocument['sections'][number]['blocks']): ReportDocument => ({
  ...sampleDocument(),
  sections: [{ id: 'part', title: 'Part', blocks }],
});

describe('the canonical form', () => {
  const free = { kind: 'free', textHash: 'c0ffee', text: 'names somebody' } as const;

  test('holds free text by its hash alone', () => {
    const form = canonicalForm(withBlocks({ kind: 'paragraph', text: free }));
    expect(form.sections[0]!.blocks[0]).toEqual({ kind: 'paragraph', text: { kind: 'free', textHash: 'c0ffee' } });
  });

  test('is the same before and after a text is redacted', () => {
    const before = canonicalForm(withBlocks({ kind: 'paragraph', text: free }));
    const after = canonicalForm(withBlocks({ kind: 'paragraph', text: { ...free, text: undefined } }));
    expect(JSON.stringify(after)).toBe(JSON.stringify(before));
  });

  test('leaves other things named "text" alone, and the document as it was', () => {
    const document = withBlocks({ kind: 'heading', text: 'A heading' }, { kind: 'paragraph', text: free });
    expect(canonicalForm(document).sections[0]!.blocks[0]).toEqual({ kind: 'heading', text: 'A heading' });
    expect(JSON.stringify(document)).toContain('names somebody');
  });

  test('of the sample is JSON all through', () => {
    const form = canonicalForm(sampleDocument());
    expect(JSON.parse(JSON.stringify(form))).toEqual(form);
  });
});

describe('faults of a document', () => {
  const figure = { kind: 'figure', figure: 'meetings', value: '18', state: 'value' } as const;
  const facts = { kind: 'facts', facts: [{ label: 'Meetings', value: figure }] } as const;
  const annex = {
    kind: 'annex',
    entries: [{ figure: 'meetings', title: 'Meetings', value: figure, events: [], leftOut: [] }],
  } as const;

  test('the sample has none', () => expect(documentFaults(sampleDocument())).toEqual([]));

  test('a figure that leads nowhere, and an entry that nothing leads to', () => {
    expect(documentFaults(withBlocks(facts))).toEqual(['figure meetings has no entry in the annex']);
    expect(documentFaults(withBlocks(annex))).toEqual(['annex entry meetings is printed nowhere']);
    expect(documentFaults(withBlocks(facts, annex))).toEqual([]);
  });

  test('a silent part, a ragged row, a header that does not fit', () => {
    expect(documentFaults(withBlocks())).toEqual(['section part has nothing to say and does not say so']);
    const columns = [{ title: 'A', kind: 'text', width: 1 }] as const;
    expect(
      documentFaults(
        withBlocks({ kind: 'table', columns, headerGroups: [{ span: 2 }], rows: [{ kind: 'row', cells: [] }] }),
      ),
    ).toEqual(['section part: 1 rows do not have 1 cells', "section part: the header's spans make 2, not 1"]);
  });

  test('figures inside sentences and flags are printed figures too', () => {
    const sentence = { kind: 'paragraph', text: { say: 'filled', with: { value: figure } } } as const;
    expect(printedFigures(withBlocks(sentence, facts, annex))).toEqual(['meetings', 'meetings']);
  });
});
