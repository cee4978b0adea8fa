import {
  InternalHyperlink,
  LeaderType,
  PageReference,
  Paragraph,
  TableOfContents,
  TabStopType,
  type FileChild,
  type IXmlableObject,
  type PageNumberEstimator,
} from 'docx';
import { estimatePageNumbersWith } from 'docx/layout';
import { Bookmarks, inlineDocx, tab, text, textWidth, type TocEntry } from './render-docx-parts.js';
import { plain, say } from './render-words.js';

/**
 * The contents list: a field that Word can update, filled in with its entries. The library would fill it in by itself,
 * but from a counter over all files that it ever wrote, so that no two files would be the same.
 */
export function contentsDocx(headings: readonly TocEntry[]): FileChild[] {
  const title = plain(say('report.contents'));
  const contentChildren = headings.map(
    ({ level, title, anchor }) =>
      new Paragraph({
        style: `TOC${level}`,
        tabStops: [{ type: TabStopType.RIGHT, position: textWidth(false), leader: LeaderType.DOT }],
        children: [
          new InternalHyperlink({
            anchor,
            children: [text(title), tab(), new PageReference(anchor, { hyperlink: true })],
          }),
        ],
      }),
  );
  return [
    new Paragraph({ style: 'ContentsTitle', pageBreakBefore: true, children: [text(title)] }),
    new TableOfContents(title, { hyperlink: true, headingStyleRange: '1-2', beginDirty: false, contentChildren }),
    ...legend(),
  ];
}

function legend(): Paragraph[] {
  const marks = new Bookmarks();
  const rows = (['zero', 'not-stated', 'not-applicable'] as const).map((state) => {
    const sample = state === 'zero' ? [text('0')] : inlineDocx({ kind: 'absent', state }, marks);
    return new Paragraph({
      style: 'Legend',
      children: [...sample, tab(), text(plain(say(`report.legend.${state}`)))],
    });
  });
  return [
    new Paragraph({ style: 'LegendTitle', children: [text(plain(say('report.legend')))] }),
    new Paragraph({ style: 'Note', keepNext: true, children: [text(plain(say('report.legend.figure')))] }),
    ...rows,
  ];
}

const estimate = estimatePageNumbersWith({ guess: true });

/**
 * The pages of the headings, so that the list is right before anybody updates it. Laid out only as far as the last
 * part begins: the annex is the longest by far, and the contents list needs nothing of what comes after its title.
 */
export function pageNumbersUpTo(anchor: string | undefined): PageNumberEstimator {
  return (body, context) => {
    const children = (body as { 'w:body'?: IXmlableObject[] })['w:body'];
    const at = anchor === undefined ? -1 : (children?.findIndex((child) => isHeading(child, anchor)) ?? -1);
    if (children === undefined || at < 0) return estimate(body, context);
    const { bookmarks } = estimate(
      { 'w:body': [...children.slice(0, at + 1), children[children.length - 1]!] },
      context,
    );
    return { bookmarks };
  };
}

const isHeading = (child: IXmlableObject, anchor: string): boolean => {
  const content = (child as { 'w:p'?: unknown })['w:p'];
  return (
    Array.isArray(content) &&
    content.some((part) => (JSON.stringify(part) ?? '').includes(`"${anchor}"`) && 'w:bookmarkStart' in part)
  );
};
