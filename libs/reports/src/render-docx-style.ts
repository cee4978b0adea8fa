import { AlignmentType, BorderStyle, LineRuleType, TabStopType, type IStylesOptions } from 'docx';
import { amber, ink } from './render-docx-parts.js';

/** Arial: everywhere at hand, or replaced by a face of the same widths, so that pages break where they should. */
const font = 'Arial';
const box = (color: string) => ({ style: BorderStyle.SINGLE, size: 6, space: 6, color });
const bar = { style: BorderStyle.SINGLE, size: 36, space: 12, color: ink.accent };
const heading = (size: number, before: number, after: number) => ({
  run: { font, size, bold: true, color: ink.accent },
  paragraph: { keepNext: true, keepLines: true, spacing: { before, after } },
});
const style = (id: string, run: object, paragraph: object) => ({
  id,
  name: id,
  basedOn: 'Normal',
  quickFormat: true,
  run,
  paragraph,
});

export const docxStyles: IStylesOptions = {
  default: {
    document: {
      run: { font, size: 20, color: ink.text, language: { value: 'en-GB' } },
      paragraph: { spacing: { line: 264, lineRule: LineRuleType.AUTO } },
    },
    title: {
      run: { font, size: 52, bold: true, color: ink.accent },
      paragraph: { spacing: { before: 60, after: 120 }, border: { left: bar }, indent: { left: 240 } },
    },
    heading1: {
      run: heading(32, 0, 0).run,
      paragraph: {
        ...heading(32, 400, 160).paragraph,
        border: { bottom: { style: BorderStyle.SINGLE, size: 10, space: 4, color: ink.accent } },
      },
    },
    heading2: heading(24, 320, 100),
    heading3: heading(20, 320, 40),
  },
  paragraphStyles: [
    style(
      'Kind',
      { size: 18, bold: true, color: ink.muted, allCaps: true, characterSpacing: 20 },
      { spacing: { before: 2400, after: 0 }, border: { left: bar }, indent: { left: 240 } },
    ),
    style(
      'Subtitle',
      { size: 26, color: ink.muted },
      { spacing: { after: 480 }, border: { left: bar }, indent: { left: 240 } },
    ),
    style(
      'Statement',
      {},
      {
        spacing: { before: 0, after: 0 },
        indent: { left: 120, right: 120 },
        shading: { type: 'clear', color: 'auto', fill: amber.band },
        border: { top: box(amber.line), bottom: box(amber.line), left: box(amber.line), right: box(amber.line) },
      },
    ),
    style('ContentsTitle', { size: 32, bold: true, color: ink.accent }, { keepNext: true, spacing: { after: 0 } }),
    style(
      'LegendTitle',
      { size: 22, bold: true, color: ink.accent },
      { keepNext: true, spacing: { before: 480, after: 60 } },
    ),
    style(
      'Legend',
      { size: 18 },
      { keepLines: true, spacing: { after: 40 }, tabStops: [{ type: TabStopType.LEFT, position: 1300 }] },
    ),
    style('Body', {}, { spacing: { after: 120 } }),
    style('Note', { size: 17, color: ink.muted }, { spacing: { before: 60, after: 120 }, keepLines: true }),
    style(
      'Empty',
      { color: ink.muted },
      { spacing: { before: 60, after: 120 }, shading: { type: 'clear', color: 'auto', fill: ink.band } },
    ),
    style(
      'TableCaption',
      { size: 18, bold: true },
      { keepNext: true, keepLines: true, spacing: { before: 160, after: 80 } },
    ),
    style(
      'Cell',
      { size: 17 },
      { spacing: { line: 245, lineRule: LineRuleType.AUTO }, alignment: AlignmentType.START },
    ),
    style(
      'CellHead',
      { size: 16, bold: true },
      { keepNext: true, spacing: { line: 240, lineRule: LineRuleType.AUTO } },
    ),
    style('Gap', { size: 10 }, { spacing: { before: 0, after: 60 } }),
    style(
      'PlanNote',
      { size: 17 },
      {
        keepLines: true,
        spacing: { after: 40 },
        indent: { left: 500, hanging: 500 },
        tabStops: [{ type: TabStopType.LEFT, position: 500 }],
      },
    ),
    style('Header', { size: 16, color: ink.muted }, {}),
    style('Footer', { size: 16, color: ink.muted }, {}),
    style('TOC1', { size: 20 }, { spacing: { before: 60, after: 60 } }),
    style('TOC2', { size: 18, color: ink.muted }, { spacing: { after: 30 }, indent: { left: 300 } }),
  ],
};
