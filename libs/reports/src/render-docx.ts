import {
  Document,
  Footer,
  Header,
  HeadingLevel,
  InternalHyperlink,
  Packer,
  PageNumber,
  PageOrientation,
  Paragraph,
  SectionType,
  type FileChild,
  type ISectionOptions,
} from 'docx';
import { annexMethod, annexTables } from './render-annex.js';
import {
  aligned,
  Bookmarks,
  cellDocx,
  headingDocx,
  ink,
  inlineDocx,
  page,
  phraseDocx,
  proseDocx,
  text,
  textWidth,
  type TocEntry,
} from './render-docx-parts.js';
import { contentsDocx, pageNumbersUpTo } from './render-docx-contents.js';
import { planDocx } from './render-docx-plan.js';
import { docxStyles } from './render-docx-style.js';
import { factsDocx, flagDocx, tableDocx } from './render-docx-table.js';
import { coreProperties, withoutClock } from './render-docx-zip.js';
import { pageWords, plain, say } from './render-words.js';
import type { AnnexEntry, Block, ReportDocument, Section } from './report-document.js';

/** A Word file of the report. The same document gives the same bytes: nothing of the clock is in it. */
export async function renderDocx(report: ReportDocument): Promise<Buffer> {
  const title = `${plain(report.title)} – ${plain(report.subtitle)}`;
  const drawn = drawSections(report);
  const headings = report.sections.flatMap((section) => drawn.get(section)!.headings);
  const file = new Document({
    title,
    creator: 'Attest',
    styles: docxStyles,
    pageNumbers: pageNumbersUpTo(headings.findLast(({ level }) => level === 1)?.anchor),
    sections: [
      { ...pageOf(report, false, true), children: [...titlePage(report), ...contentsDocx(headings)] },
      ...pages(report, drawn).map(({ landscape, children }) => ({ ...pageOf(report, landscape, false), children })),
    ],
  });
  const core = coreProperties(title, `${report.cut.occurredTo}T00:00:00Z`);
  return withoutClock(await Packer.toBuffer(file, undefined, [{ path: 'docProps/core.xml', data: core }]));
}

// ── Pages ───────────────────────────────────────────────────────────────────────────────────────────────────────────

function pageOf(report: ReportDocument, landscape: boolean, first: boolean): Omit<ISectionOptions, 'children'> {
  const [before, between, after] = pageWords();
  const statements = report.statements.map(
    (statement) => new Paragraph({ style: 'Footer', children: [text(plain(statement))] }),
  );
  const number = new Paragraph({
    style: 'Footer',
    alignment: aligned.end,
    children: [
      text(before),
      text('', { children: [PageNumber.CURRENT, between, PageNumber.TOTAL_PAGES] }),
      text(after),
    ],
  });
  const header = new Paragraph({
    style: 'Header',
    children: [text(`${report.project.reference} – ${plain(report.title)}`)],
  });
  const footer = new Footer({ children: [...statements, number] });
  return {
    properties: {
      type: SectionType.NEXT_PAGE,
      titlePage: first,
      page: {
        size: {
          width: page.width,
          height: page.height,
          orientation: landscape ? PageOrientation.LANDSCAPE : PageOrientation.PORTRAIT,
        },
        margin: {
          top: page.margin + 200,
          bottom: page.margin + 250,
          left: page.margin,
          right: page.margin,
          header: page.header,
          footer: page.footer,
        },
      },
    },
    headers: {
      default: new Header({ children: [header] }),
      ...(first ? { first: new Header({ children: [new Paragraph({})] }) } : {}),
    },
    footers: { default: footer, ...(first ? { first: footer } : {}) },
  };
}

type Drawn = { children: FileChild[]; headings: readonly TocEntry[] };

/** Parts that want the same orientation follow one another on the page. */
function pages(
  report: ReportDocument,
  drawn: ReadonlyMap<Section, Drawn>,
): { landscape: boolean; children: FileChild[] }[] {
  const all: { landscape: boolean; children: FileChild[] }[] = [];
  for (const section of report.sections) {
    const landscape = section.page === 'landscape';
    const last = all[all.length - 1];
    const { children } = drawn.get(section)!;
    if (last?.landscape === landscape) last.children.push(...children);
    else all.push({ landscape, children: [...children] });
  }
  return all;
}

function titlePage(report: ReportDocument): FileChild[] {
  const { project, period, cut } = report;
  const kind = plain(say(`report.${report.kind}`));
  const date = (value: string) => ({ kind: 'date' as const, date: value });
  const facts = [
    { label: say('report.project'), value: `${project.reference} · ${project.title}` },
    { label: say('report.period'), value: date(`${period.from}/${period.to}`) },
    { label: say('report.cut'), value: say('report.cut.value', { ordinal: cut.ordinal, date: date(cut.occurredTo) }) },
    { label: say('report.root'), value: cut.root },
  ];
  const note =
    report.statements.length === 0
      ? []
      : [
          new Paragraph({
            style: 'Statement',
            keepNext: true,
            children: [text(plain(say('report.please-note')), { bold: true })],
          }),
        ];
  return [
    ...(kind === plain(report.subtitle) ? [] : [new Paragraph({ style: 'Kind', children: [text(kind)] })]),
    new Paragraph({ style: 'Title', children: [text(plain(report.title))] }),
    new Paragraph({ style: 'Subtitle', children: [text(plain(report.subtitle))] }),
    ...note,
    ...report.statements.map((statement) => new Paragraph({ style: 'Statement', children: [text(plain(statement))] })),
    new Paragraph({ style: 'Gap', children: [] }),
    ...factsDocx(facts, new Bookmarks(), textWidth(false)),
  ];
}

// ── Sections ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The annex last, wherever it stands: only then is it known where its figures are printed. */
function drawSections(report: ReportDocument): Map<Section, Drawn> {
  const marks = new Bookmarks();
  const isAnnex = (section: Section): boolean => section.blocks.some((block) => block.kind === 'annex');
  const order = [...report.sections.filter((section) => !isAnnex(section)), ...report.sections.filter(isAnnex)];
  return new Map(
    order.map((section) => {
      const before = marks.headings.length;
      const children = sectionDocx(section, marks, isAnnex(section));
      return [section, { children, headings: marks.headings.slice(before) }];
    }),
  );
}

function sectionDocx(section: Section, marks: Bookmarks, newPage: boolean): FileChild[] {
  const width = textWidth(section.page === 'landscape');
  return [
    headingDocx(1, section.title, marks, { pageBreakBefore: newPage }),
    ...(section.intro === undefined
      ? []
      : proseDocx(section.intro, marks, 'Body', { keepNext: section.blocks.length > 0 })),
    ...section.blocks.flatMap((block) => blockDocx(block, marks, width)),
    ...(section.blocks.length === 0 && section.empty !== undefined ? proseDocx(section.empty, marks, 'Empty') : []),
  ];
}

function blockDocx(block: Block, marks: Bookmarks, width: number): FileChild[] {
  switch (block.kind) {
    case 'paragraph':
      return proseDocx(block.text, marks);
    case 'heading':
      return [headingDocx(2, block.text, marks)];
    case 'facts':
      return factsDocx(block.facts, marks, width);
    case 'table':
      return tableDocx(block, marks, width);
    case 'plan':
      return planDocx(block, marks, width);
    case 'flags':
      return block.flags.flatMap((flag) => flagDocx(flag, marks, width));
    case 'annex':
      return block.entries.flatMap((entry) => entryDocx(entry, marks, width));
  }
}

function entryDocx(entry: AnnexEntry, marks: Bookmarks, width: number): FileChild[] {
  // the entry is what the figure leads to: its own value is no link
  const value = { ...entry.value, figure: undefined } as AnnexEntry['value'];
  const title = marks.mark(marks.entry(entry.figure), [text(plain(entry.title))]);
  const places = marks.placesOf(entry.figure).map((anchor, index) => {
    const label = text(plain(say('annex.place', { count: index + 1 })), { color: ink.accent });
    return new InternalHyperlink({ anchor, children: [label] });
  });
  const back =
    places.length === 0
      ? []
      : [
          text(`${plain(say('annex.printed-at'))} `),
          ...places.flatMap((place, index) => (index > 0 ? [text(', '), place] : [place])),
        ];
  const method = annexMethod(entry).flatMap((phrase) => [...phraseDocx(phrase, marks), text('   ')]);
  const tables = annexTables(entry).flatMap(({ title, table }): FileChild[] =>
    table === null
      ? [new Paragraph({ style: 'Note', children: [text(plain(title))] })]
      : [
          new Paragraph({ style: 'TableCaption', keepNext: true, children: [text(plain(title))] }),
          ...tableDocx(table, marks, width),
        ],
  );
  return [
    new Paragraph({ heading: HeadingLevel.HEADING_3, children: [title, text(':  '), ...inlineDocx(value, marks)] }),
    new Paragraph({ style: 'Note', keepNext: true, children: [...method, ...back] }),
    ...(entry.note === undefined ? [] : cellDocx(entry.note, marks, undefined, {}, { keepNext: true })),
    ...tables,
  ];
}
