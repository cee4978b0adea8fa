import type { PlanBlock, PlanLine, PlanRow } from './report-document.js';
import { placementText, planDates } from './render-plan.js';
import { month, say } from './render-words.js';
import { cellHtml, escapeHtml, phraseHtml, proseHtml, words, type Anchors } from './render-html-parts.js';

/** The work plan: a grid of the adopted plan's own months, what is on hold apart, the notes below. */
export function planHtml(plan: PlanBlock, anchors: Anchors): string {
  const drawing = new PlanDrawing(plan, anchors);
  return drawing.grid() + drawing.onHold() + drawing.notes();
}

class PlanDrawing {
  private readonly number: number;
  private readonly referred = new Set<string>();

  constructor(
    private readonly plan: PlanBlock,
    private readonly anchors: Anchors,
  ) {
    this.number = anchors.nextBlock();
  }

  grid(): string {
    const { months, caption, rows } = this.plan;
    const columns = `<col class="code"><col class="title"><col span="${months.length}" class="month"><col class="dates">`;
    const title = caption === undefined ? '' : `<caption>${words(caption)}</caption>`;
    const body = rows.map((row) => this.row(row)).join('');
    return (
      `<p class="legend">${words(say('plan.legend'))}</p><div class="table plan" style="--months:${months.length}"><table role="table">${title}` +
      `<colgroup>${columns}</colgroup><thead role="rowgroup">${this.head()}</thead><tbody role="rowgroup">${body}</tbody></table></div>`
    );
  }

  private head(): string {
    const all = this.plan.months.map((text) => ({ ...month(text) }));
    const years = [...new Set(all.map(({ year }) => year))];
    const fixed = (key: 'column.number' | 'plan.activity' | 'plan.dates') =>
      `<th role="columnheader" scope="col" rowspan="2">${words(say(key))}</th>`;
    const above = years.map(
      (year) =>
        `<th role="columnheader" scope="colgroup" class="over" colspan="${all.filter((one) => one.year === year).length}">${year}</th>`,
    );
    const below = all.map(
      ({ short, long }) =>
        `<th role="columnheader" scope="col" class="month" aria-label="${escapeHtml(long)}">${escapeHtml(short)}</th>`,
    );
    return (
      `<tr role="row">${fixed('column.number')}${fixed('plan.activity')}${above.join('')}${fixed('plan.dates')}</tr>` +
      `<tr role="row">${below.join('')}</tr>`
    );
  }

  private row(row: PlanRow): string {
    if (row.kind === 'line')
      return (
        `<tr role="row" class="row"><td role="cell" class="code">${escapeHtml(row.label)}</td>` +
        `<th role="rowheader" scope="row" class="title">${this.title(row)}</th>${this.placed(row)}` +
        `<td role="cell" class="dates" data-head="${words(say('plan.dates'))}">${this.dates(row)}</td></tr>`
      );
    const note =
      row.note === undefined ? '' : ` <span class="muted aside">${phraseHtml(row.note, this.anchors)}</span>`;
    const title = phraseHtml(row.title, this.anchors) + note;
    return `<tr role="row" class="group level-1"><th role="rowheader" scope="rowgroup" colspan="${this.plan.months.length + 3}">${title}</th></tr>`;
  }

  /** Never a guess: months that the plan names are filled in, a mere number of them is a bar over all with the words. */
  private placed({ placement }: PlanLine): string {
    const { months } = this.plan;
    if (placement.kind === 'months')
      return months
        .map((text) => {
          const { short, long } = month(text);
          const mark = placement.months.includes(text)
            ? `<span class="mark" role="img" aria-label="${escapeHtml(long)}"></span>`
            : '';
          return `<td role="cell" class="month" data-month="${escapeHtml(short.slice(0, 1))}">${mark}</td>`;
        })
        .join('');
    const text = placementText(placement);
    const look = placement.kind === 'count' ? 'unplaced' : 'not-stated';
    return `<td role="cell" class="all-months" colspan="${months.length}"><span class="${look}">${escapeHtml(text)}</span></td>`;
  }

  private title({ title, footnotes = [] }: PlanLine): string {
    const marks = footnotes.map((mark) => {
      const id = `${this.number}-${mark}`;
      const anchor = this.referred.has(mark) ? '' : ` id="ref-${escapeHtml(id)}"`;
      this.referred.add(mark);
      const label = words(say('plan.note', { mark }));
      return `<sup><a${anchor} href="#note-${escapeHtml(id)}" aria-label="${label}">${escapeHtml(mark)}</a></sup>`;
    });
    return phraseHtml(title, this.anchors) + marks.join(' ');
  }

  private dates(line: PlanLine): string {
    const lines = [
      ...(line.status === undefined ? [] : [cellHtml(line.status, this.anchors)]),
      ...planDates(line).map(escapeHtml),
    ];
    if (lines.length === 0) return cellHtml({ kind: 'absent', state: 'not-stated' }, this.anchors);
    return lines.map((text) => `<span class="line">${text}</span>`).join('');
  }

  onHold(): string {
    return (this.plan.onHold ?? [])
      .map(({ title, since, reason, rows }) => {
        const head = (['column.number', 'plan.activity', 'plan.placement'] as const)
          .map((key) => `<th role="columnheader" scope="col">${words(say(key))}</th>`)
          .join('');
        const body = rows.map(
          (line) =>
            `<tr role="row" class="row"><td role="cell" class="code">${escapeHtml(line.label)}</td>` +
            `<th role="rowheader" scope="row" class="title">${this.title(line)}</th>` +
            `<td role="cell" data-label="${words(say('plan.placement'))}">${this.heldPlacement(line)}</td></tr>`,
        );
        const said = reason === undefined ? '' : proseHtml(reason, this.anchors, 'note');
        const from = phraseHtml(say('plan.on-hold.since', { since: { kind: 'date', date: since } }), this.anchors);
        return (
          `<div class="on-hold"><h3>${words(say('plan.on-hold', { title }))}</h3><p>${from}</p>${said}` +
          `<div class="table"><table role="table"><colgroup><col class="code"><col><col class="dates"></colgroup><thead role="rowgroup">` +
          `<tr role="row">${head}</tr></thead><tbody role="rowgroup">${body.join('')}</tbody></table></div></div>`
        );
      })
      .join('');
  }

  private heldPlacement(line: PlanLine): string {
    const text = escapeHtml(placementText(line.placement));
    return line.placement.kind === 'not-stated' ? `<span class="not-stated">${text}</span>` : text;
  }

  notes(): string {
    const { footnotes = [] } = this.plan;
    if (footnotes.length === 0) return '';
    const rows = footnotes.map(({ mark, text, date }) => {
      const id = escapeHtml(`${this.number}-${mark}`);
      const back = this.referred.has(mark)
        ? ` <a class="back" href="#ref-${id}" aria-label="${words(say('plan.back-to', { mark }))}">↑</a>`
        : '';
      const when =
        date === undefined ? '' : phraseHtml(say('plan.note-date', { date: { kind: 'date', date } }), this.anchors);
      return `<li id="note-${id}"><span class="mark-number">${escapeHtml(mark)}</span> ${cellHtml(text, this.anchors)}${when}${back}</li>`;
    });
    return `<h3>${words(say('plan.notes'))}</h3><ul class="notes">${rows.join('')}</ul>`;
  }
}
