import { beforeAll, describe, expect, test } from '@jest/globals';
import { inflateRawSync } from 'node:zlib';
import { renderDocx } from './render-docx.js';
import { printedFigures } from './report-document.js';
import { sampleDocument } from '../../../test/support/sample-document.js';

/** The files of an archive: what its central directory lists. */
function unzip(zip: Buffer): Map<string, string> {
  const files = new Map<string, string>();
  let at = zip.readUInt32LE(zip.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1')) + 16);
  while (zip.readUInt32LE(at) === 0x02014b50) {
    const [name, extra, comment] = [28, 30, 32].map((offset) => zip.readUInt16LE(at + offset)) as [
      number,
      number,
      number,
    ];
    const local = zip.readUInt32LE(at + 42);
    const from = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const bytes = zip.subarray(from, from + zip.readUInt32LE(at + 20));
    const content = zip.readUInt16LE(at + 10) === 8 ? inflateRawSync(bytes) : bytes;
    files.set(zip.toString('utf8', at + 46, at + 46 + name), content.toString('utf8'));
    at += 46 + name + extra + comment;
  }
  return files;
}

const all = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map((match) => match[1]!);
const rows = (xml: string): string[] => all(xml, /(<w:tr>.*?<\/w:tr>)/gs);
const textOf = (xml: string): string => all(xml, /<w:t(?: [^>]*)?>([^<]*)<\/w:t>/g).join('');

let bytes: Buffer;
let files: Map<string, string>;
let xml: string;
beforeAll(async () => {
  bytes = await renderDocx(sampleDocument());
  files = unzip(bytes);
  xml = files.get('word/document.xml')!;
});

describe('a DOCX report', () => {
  test('has real headings', () => {
    const headings = all(xml, /<w:p><w:pPr>(?:(?!<\/w:pPr>).)*?<w:pStyle w:val="(Heading\d)"/gs);
    expect(headings.filter((style) => style === 'Heading1')).toHaveLength(sampleDocument().sections.length);
    expect(headings).toEqual(expect.arrayContaining(['Heading2', 'Heading3']));
  });

  test('no row is split over a page, and heads are repeated', () => {
    expect(rows(xml).filter((row) => !row.includes('<w:cantSplit/>'))).toEqual([]);
    const heads = rows(xml).filter((row) => row.includes('<w:tblHeader/>'));
    expect(heads.map(textOf)).toEqual(
      expect.arrayContaining(['CodeActivityStatusDates', 'HeadingAmount (EUR)Spent in this period (EUR)']),
    );
  });

  test('a heading within a table stays with the row below', () => {
    const group = rows(xml).find((row) => textOf(row) === 'EUBAM Libya')!;
    expect(group).toContain('<w:keepNext/>');
  });

  test('tables have fixed widths that fill the page and agree in the grid and the cells', () => {
    for (const table of all(xml, /(<w:tbl>.*?<\/w:tbl>)/gs)) {
      const grid = all(table, /<w:gridCol w:w="(\d+)"/g).map(Number);
      const sum = grid.reduce((total, width) => total + width, 0);
      expect(table).toContain('<w:tblLayout w:type="fixed"/>');
      expect([9864, 14796]).toContain(sum);
      const row = rows(table).at(-1)!;
      expect(
        all(row, /<w:tcW w:type="dxa" w:w="(\d+)"/g)
          .map(Number)
          .reduce((total, width) => total + width, 0),
      ).toBe(sum);
    }
  });

  test('every link inside it has its bookmark, and every bookmark is there once', () => {
    const names = all(xml, /<w:bookmarkStart w:name="([^"]*)"/g);
    const ids = all(xml, /<w:bookmarkStart [^>]*w:id="(\d+)"/g);
    expect(all(xml, /w:anchor="([^"]*)"/g).filter((anchor) => !names.includes(anchor))).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
    expect(new Set(ids).size).toBe(ids.length);
    expect(names.filter((name) => !/^[A-Za-z_]\w{0,39}$/.test(name))).toEqual([]);
  });

  test('every printed figure leads to the annex', () => {
    expect(all(xml, /w:anchor="(figure_\d+)"/g)).toHaveLength(printedFigures(sampleDocument()).length);
  });

  test('the contents list is filled in, with page numbers', () => {
    const entries = all(xml, /(<w:p><w:pPr><w:pStyle w:val="TOC1"\/>.*?<\/w:p>)/gs);
    expect(entries.map((entry) => textOf(entry).replace(/\d+$/, ''))).toEqual(
      expect.arrayContaining(['Data sheet', 'Logical framework', 'Annex: every figure and its events']),
    );
    const pages = entries.map((entry) => Number(/\d+$/.exec(textOf(entry))?.[0]));
    expect(pages.every((page, index) => page >= (pages[index - 1] ?? 3))).toBe(true);
  });

  test('a number of months is one cell over all of them, with the words', () => {
    const row = rows(xml).find((one) => textOf(one).startsWith('16Accompaniment'))!;
    expect(row).toContain('<w:gridSpan w:val="11"/>');
    expect(textOf(row)).toContain('2 months, placement not stated');
  });

  test('zero, not stated and not applicable look different', () => {
    const cell = (text: string): string =>
      new RegExp(`<w:r><w:rPr>((?:(?!</w:rPr>).)*)</w:rPr><w:t[^>]*>${text}</w:t>`).exec(xml)?.[1] ?? '';
    expect(cell('not stated')).toContain('<w:i/>');
    expect(cell('n/a')).not.toContain('<w:i/>');
    expect(cell('n/a')).toContain('505B66');
    expect(cell('0')).not.toContain('505B66');
  });

  test('has its language, its properties and its statements in every footer', () => {
    expect(files.get('word/styles.xml')).toContain('<w:lang w:val="en-GB"');
    expect(files.get('docProps/core.xml')).toContain('<dc:creator>Attest</dc:creator>');
    expect(files.get('docProps/core.xml')).toContain('2022-03-31T00:00:00Z');
    const footers = [...files].filter(([name]) => /^word\/footer\d+\.xml$/.test(name));
    expect(footers.length).toBeGreaterThan(0);
    for (const [, footer] of footers) {
      expect(footer).toContain('is invented');
      expect(footer).toMatch(/PAGE.*NUMPAGES/s);
    }
  });

  test('the same document gives the same bytes', async () => {
    const short = { ...sampleDocument(), sections: sampleDocument().sections.slice(0, 2) };
    const first = await renderDocx(short);
    expect((await renderDocx(short)).equals(first)).toBe(true);
  });

  test('control characters, which no XML can hold, do not break the file', async () => {
    const file = unzip(await renderDocx({ ...sampleDocument(), title: 'A\u0001<b>&"B', sections: [] }));
    expect(file.get('word/document.xml')).toContain('A\ufffd&lt;b&gt;&amp;');
    expect(file.get('docProps/core.xml')).not.toContain('\u0001');
  });
});
