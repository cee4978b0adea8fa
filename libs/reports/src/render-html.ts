import type { AnnexBlock, AnnexEntry, Block, Flag, ReportDocument, Section } from './report-document.js';
import { annexMethod, annexTables } from './render-annex.js';
import { amountsForm, cellLines } from './render-cells.js';
import { planHtml } from './render-html-plan.js';
import { Anchors, cellHtml, escapeHtml, lineHtml, phraseHtml, proseHtml, words } from './render-html-parts.js';
import { styleFor } from './render-html-style.js';
import { factsHtml, tableHtml } from './render-html-table.js';
import { plain, say } from './render-words.js';

/** One self-contained HTML file: no script, nothing loaded from elsewhere; for a screen, a phone and A4 paper. */
export const renderHtml = (report: ReportDocument): string => htmlPieces(report).join('');

/** The same as bytes. Piece by piece: put together first, megabytes of an annex would be copied several times over. */
export const renderHtmlFile = (report: ReportDocument): Buffer =>
  Buffer.concat(htmlPieces(report).map((piece) => Buffer.from(piece, 'utf8')));

function htmlPieces(report: ReportDocument): string[] {
  const anchors = new Anchors();
  const title = `${plain(report.title)} – ${plain(report.subtitle)}`;
  const head =
    `<!doctype html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n` +
    `<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="generator" content="Attest">\n` +
    `<title>${escapeHtml(title)}</title>\n<style>${styleFor(report)}</style>\n</head>\n<body>\n` +
    `<a class="skip" href="#report">${words(say('report.skip'))}</a>\n${titlePage(report)}\n${contents(report)}\n` +
    `<main id="report">\n`;
  return [head, ...sections(report, anchors), '\n</main>\n</body>\n</html>\n'];
}

function titlePage(report: ReportDocument): string {
  const { project, period, cut } = report;
  const facts = factsHtml(
    [
      { label: say('report.project'), value: `${project.reference} · ${project.title}` },
      { label: say('report.period'), value: { kind: 'date', date: `${period.from}/${period.to}` } },
      {
        label: say('report.cut'),
        value: say('report.cut.value', { ordinal: cut.ordinal, date: { kind: 'date', date: cut.occurredTo } }),
      },
    ],
    new Anchors(),
  );
  const notes = report.statements.map((statement) => `<p>${words(statement)}</p>`).join('');
  const statements =
    notes && `<div class="statements" role="note"><strong>${words(say('report.please-note'))}</strong>${notes}</div>`;
  const kind = words(say(`report.${report.kind}`));
  const above = kind === words(report.subtitle) ? '' : `<p class="kind">${kind}</p>`;
  return (
    `<header class="title-page">${above}` +
    `<h1>${words(report.title)}</h1><p class="subtitle">${words(report.subtitle)}</p>${statements}${facts}` +
    `<dl class="facts root"><div><dt>${words(say('report.root'))}</dt><dd><code>${escapeHtml(cut.root)}</code></dd></div></dl></header>`
  );
}

function contents(report: ReportDocument): string {
  const entries = report.sections.map(
    (section) => `<li><a href="#${escapeHtml(section.id)}">${words(section.title)}</a></li>`,
  );
  const legend = (['zero', 'not-stated', 'not-applicable'] as const).map((state) => {
    const sample = state === 'zero' ? '0' : cellHtml({ kind: 'absent', state }, new Anchors());
    return `<div><dt>${sample}</dt><dd>${words(say(`report.legend.${state}`))}</dd></div>`;
  });
  return (
    `<nav class="contents" id="contents" aria-labelledby="contents-title"><h2 id="contents-title">${words(say('report.contents'))}</h2>` +
    `<ol>${entries.join('')}</ol><aside class="key"><h3>${words(say('report.legend'))}</h3>` +
    `<p>${words(say('report.legend.figure'))}</p><dl class="facts">${legend.join('')}</dl></aside></nav>`
  );
}

/** The annex is drawn last wherever it stands: it leads back to the places where the other parts print its figures. */
function sections(report: ReportDocument, anchors: Anchors): string[] {
  const html = new Map<Section, string[]>();
  const isAnnex = (section: Section): boolean => section.blocks.some((block) => block.kind === 'annex');
  const draw = (section: Section) => html.set(section, sectionHtml(section, report, anchors));
  report.sections.filter((section) => !isAnnex(section)).forEach(draw);
  report.sections.filter(isAnnex).forEach(draw);
  return between(
    '\n',
    report.sections.map((section) => html.get(section) ?? []),
  );
}

const between = (mark: string, all: readonly string[][]): string[] =>
  all.flatMap((pieces, index) => (index === 0 ? pieces : [mark, ...pieces]));

function sectionHtml(section: Section, report: ReportDocument, anchors: Anchors): string[] {
  const id = escapeHtml(section.id);
  const page = section.page === 'landscape' ? ' class="landscape"' : '';
  const marked = report.statements.map((statement) => `<p class="statement">${words(statement)}</p>`).join('');
  const intro = section.intro === undefined ? '' : proseHtml(section.intro, anchors, 'intro');
  const body = between(
    '\n',
    section.blocks.map((block) => blockPieces(block, anchors)),
  );
  const empty =
    section.blocks.length === 0 && section.empty !== undefined ? proseHtml(section.empty, anchors, 'empty') : '';
  return [
    `<section id="${id}"${page} aria-labelledby="${id}-title"><div class="head"><h2 id="${id}-title">${words(section.title)}</h2>` +
      `${marked}</div>${intro}`,
    ...body,
    `${empty}<p class="up"><a href="#contents">${words(say('report.back-to-contents'))}</a></p></section>`,
  ];
}

const blockPieces = (block: Block, anchors: Anchors): string[] =>
  block.kind === 'annex' ? block.entries.map((entry) => entryHtml(entry, anchors)) : [blockHtml(block, anchors)];

function blockHtml(block: Exclude<Block, AnnexBlock>, anchors: Anchors): string {
  switch (block.kind) {
    case 'paragraph':
      return proseHtml(block.text, anchors);
    case 'heading':
      return `<h3>${phraseHtml(block.text, anchors)}</h3>`;
    case 'facts':
      return factsHtml(block.facts, anchors);
    case 'table':
      return tableHtml(block, anchors);
    case 'plan':
      return planHtml(block, anchors);
    case 'flags':
      return block.flags.map((flag) => flagHtml(flag, anchors)).join('');
  }
}

function flagHtml(flag: Flag, anchors: Anchors): string {
  const form = amountsForm(flag.facts.map(({ value }) => value));
  const note = flag.note === undefined ? '' : proseHtml(flag.note, anchors, 'note');
  return (
    `<div class="flag" role="note"><p class="flag-title"><span class="flag-mark">${words(say('flag.mark'))}</span> ` +
    `${phraseHtml(flag.title, anchors)}</p>${factsHtml(flag.facts, anchors, form)}${note}</div>`
  );
}

function entryHtml(entry: AnnexEntry, anchors: Anchors): string {
  // the entry is what the figure leads to: its own value is no link
  const { figure: _, ...value } = { ...entry.value, figure: undefined };
  const printed = cellLines(value as AnnexEntry['value']).map((line) => lineHtml(line, anchors));
  const places = anchors.placesOf(entry.figure).map((id, index) => {
    const label = words(say('annex.place', { count: index + 1 }));
    return `<a href="#${id}">${label}</a>`;
  });
  const method = annexMethod(entry).map((phrase) => `<span>${phraseHtml(phrase, anchors)}</span>`);
  const back = places.length === 0 ? [] : [`<span>${words(say('annex.printed-at'))} ${places.join(', ')}</span>`];
  const note = entry.note === undefined ? '' : proseHtml(entry.note, anchors, 'note');
  const tables = annexTables(entry).map(({ title, table }) =>
    table === null ? `<p class="empty">${words(title)}</p>` : `<h4>${words(title)}</h4>${tableHtml(table, anchors)}`,
  );
  return (
    `<section class="entry" id="figure-${entry.figure}"><h3>${words(entry.title)} <span class="value">${printed.join(' ')}</span></h3>` +
    `<p class="method">${[...method, ...back].join(' ')}</p>${note}${tables.join('')}</section>`
  );
}
