import type { ReportDocument } from './report-document.js';
import { pageWords, plain } from './render-words.js';

/** The style sheet, with what stands in the margins of every printed page. */
export const styleFor = (report: ReportDocument): string => screen + phone + print + pageMargins(report);

/** Text as a CSS string that can close neither the string nor the style element. */
export const cssString = (text: string): string =>
  `"${text.replace(/[^\p{L}\p{N} .,:()–-]/gu, (character) => `\\${character.codePointAt(0)!.toString(16)} `)}"`;

function pageMargins(report: ReportDocument): string {
  const statements = report.statements.map(plain).join(' ');
  const [before, between, after] = pageWords();
  const margin = (box: string, content: string) =>
    `@${box}{content:${content};font:8pt ${fonts};color:#505b66;vertical-align:middle}`;
  return (
    `@page{${margin('top-left', cssString(`${report.project.reference} – ${plain(report.title)}`))}` +
    `${margin('bottom-right', `${cssString(before)} counter(page) ${cssString(between)} counter(pages) ${cssString(after)}`)}` +
    `${margin('bottom-left', cssString(statements))}@bottom-left{width:80%}@top-left{width:100%}}\n`
  );
}

const fonts = `"Segoe UI",system-ui,-apple-system,Roboto,"Helvetica Neue",Arial,"Liberation Sans",sans-serif`;

const screen = `
:root{--ink:#1b2733;--muted:#505b66;--line:#d3dae1;--band:#f3f6f9;--accent:#1d4f7c;--accent-pale:#e3edf6}
*{box-sizing:border-box}
html{font:16px/1.5 ${fonts};color:var(--ink);background:#fff;-webkit-text-size-adjust:100%;scroll-padding-top:1rem}
body{max-width:1100px;margin:0 auto;padding:0 1.5rem 4rem;overflow-wrap:break-word}
a{color:var(--accent);text-underline-offset:.18em}
a:focus-visible,.table:focus-visible{outline:3px solid #e08a00;outline-offset:2px}
.skip{position:absolute;left:-999rem}.skip:focus{left:1rem;top:.5rem;background:#fff;padding:.5rem}
h1,h2,h3,h4{line-height:1.25;color:var(--accent);break-after:avoid;break-inside:avoid;text-wrap:balance}
h2{font-size:1.6rem;margin:0 0 1rem;padding-bottom:.4rem;border-bottom:2px solid var(--accent)}
h3{font-size:1.12rem;margin:2rem 0 .6rem}h4{font-size:.92rem;margin:1.1rem 0 .4rem;color:var(--ink)}
p{margin:.5rem 0;max-width:50rem;text-wrap:pretty}
main>section{margin-top:4rem}
:target{scroll-margin-top:1rem}a.figure:target,.entry:target>h3,li:target{background:#fff3c4}
.title-page{border-left:6px solid var(--accent);padding:2.5rem 0 1.5rem 2rem;margin:3rem 0}
.title-page h1{font-size:2.5rem;margin:.2rem 0 .5rem}
.kind{text-transform:uppercase;letter-spacing:.09em;font-size:.85rem;font-weight:600;color:var(--muted);margin:0}
.subtitle{font-size:1.25rem;color:var(--muted)}
.statements{border:1px solid #b97a00;border-left-width:5px;background:#fff8e8;padding:.8rem 1.1rem;margin:1.5rem 0;max-width:50rem;break-inside:avoid}
.statements p{margin:.3rem 0 0}
.statement{font-size:.85rem;color:#6b4700;border-left:3px solid #b97a00;padding-left:.7rem;margin:0 0 1rem}
.facts{margin:1rem 0}.facts>div{display:grid;grid-template-columns:minmax(9rem,15rem) 1fr;gap:.2rem 1.5rem;padding:.45rem 0;border-bottom:1px solid var(--line);break-inside:avoid}
.facts dt{color:var(--muted)}.facts dd{margin:0;min-width:0}
.facts.root{margin-top:-1rem}.root code,td.id{font-family:ui-monospace,"Cascadia Mono",Consolas,"Liberation Mono",monospace;font-size:.78em;overflow-wrap:anywhere}
.contents{display:grid;grid-template-columns:1fr 1fr;gap:0 3rem}.contents h2{grid-column:1/-1}
.contents ol{margin:0;padding-left:1.6rem}.contents li{padding:.22rem 0}.contents li::marker{color:var(--muted)}
.contents a{text-decoration:none}.contents a:hover{text-decoration:underline}
.key{background:var(--band);padding:.9rem 1.1rem;font-size:.88rem;align-self:start}.key h3{margin:0 0 .4rem;font-size:1rem}
.key .facts{margin:.4rem 0 0}.key .facts>div{grid-template-columns:5.5rem 1fr;padding:.25rem 0}.key .facts>div:last-child{border:0}
.intro{font-size:1.03rem}.aside{font-weight:400}.aside::before{content:'· '}.muted,.note,.legend,.up,.method{color:var(--muted)}.note,.legend,.method,.up{font-size:.86rem}
.empty{background:var(--band);padding:.8rem 1rem;color:var(--muted)}
.not-stated{color:var(--muted);font-style:italic;white-space:nowrap}.not-applicable{color:var(--muted);letter-spacing:.02em;border-bottom:1px dotted var(--muted);cursor:help}
.line{display:block}.line+.line{margin-top:.2rem}th .line+.line{font-weight:400;color:var(--muted)}
a.figure{color:inherit;text-decoration:underline dotted var(--accent);text-decoration-thickness:1.5px}a.figure:hover{color:var(--accent);text-decoration-style:solid}
.table{overflow-x:auto;margin:1rem 0 .4rem}
table{border-collapse:collapse;width:100%;font-size:.86rem;line-height:1.4;font-variant-numeric:tabular-nums lining-nums}
caption{text-align:left;font-weight:600;padding:.2rem 0 .5rem;break-after:avoid}
th,td{padding:.5rem .55rem;vertical-align:top;text-align:left;border-bottom:1px solid var(--line);font-weight:400}
thead th{vertical-align:bottom;font-weight:600;font-size:.8rem;background:var(--band);border-bottom:2px solid #9fb0c0;color:var(--ink)}
thead th.over{text-align:center;border-bottom:1px solid #9fb0c0}
tr{break-inside:avoid}.end{text-align:right}.centre{text-align:center}
td.number,td.money,td.code,td.unit{white-space:nowrap}tbody .text{overflow-wrap:anywhere}
tr.group{break-after:avoid}tr.group th{font-weight:600;background:var(--accent-pale);color:#173f63}tr.level-2 th{background:#fff;padding-left:1.1rem;padding-top:.9rem}
tr.total>*{font-weight:600;border-top:2px solid #9fb0c0;border-bottom:2px solid #9fb0c0}
.pill{display:inline-block;border-radius:1rem;padding:.02rem .6rem;font-size:.93em;white-space:nowrap;border:1px solid currentcolor}
.pill.good{color:#17602f;background:#e8f4ec}.pill.warning{color:#724600;background:#fdf2dd}.pill.bad{color:#96191c;background:#fbeaea}
.pill.neutral{color:#1d4f7c;background:#e9f1f8}.pill.muted{color:#505b66;background:#f3f6f9}
.bar{display:block;width:100%;min-width:4rem;max-width:8rem;height:.5rem;margin:.3rem 0 .25rem}.bar .whole{fill:#dfe6ec}.bar .done{fill:#3673a8}.bar .over{fill:#14304a}
.flag{border:1px solid #b97a00;border-left-width:5px;background:#fffaf0;padding:.7rem 1.1rem;margin:1rem 0;max-width:50rem;break-inside:avoid}
.flag-title{font-weight:600;margin:.1rem 0 .4rem}.flag-mark{font-size:.78rem;font-weight:600;color:#724600;border:1px solid #b97a00;background:#fff;padding:.08rem .45rem;margin-right:.4rem;white-space:nowrap}
.flag .facts{margin:0}.flag .facts>div{border-color:#ecd9b4}.flag .facts>div:last-child{border:0}.amounts dd{font-variant-numeric:tabular-nums;text-align:right;max-width:14rem}
.plan table{table-layout:fixed}.plan col.code{width:2.8rem}.plan col.month{width:clamp(1.8rem,30rem/var(--months),2.75rem)}.plan table{min-width:calc(22rem + 1.75rem*var(--months))}.plan col.dates{width:11.5rem}.on-hold col.code{width:2.8rem}.on-hold col.dates{width:12rem}
.plan th.month{text-align:center;padding-inline:.1rem}.plan td.month{padding:.35rem .15rem;border-left:1px solid var(--line);vertical-align:middle}
.plan td.all-months{vertical-align:middle;border-left:1px solid var(--line);border-right:1px solid var(--line)}.plan .mark{display:block;height:1.15rem;background:#3673a8}
.unplaced{display:block;text-align:center;padding:.1rem .4rem;border:1.5px dashed #5b7f9f;color:var(--ink);background:repeating-linear-gradient(135deg,#fff 0 7px,#e3ebf2 7px 10px)}
.all-months .not-stated{display:block;text-align:center}
sup{line-height:0}sup a{text-decoration:none;padding:0 .1rem}
.on-hold{border-left:5px solid #9fb0c0;padding-left:1.1rem;margin-top:2rem}.on-hold h3{margin-top:0;color:var(--ink)}
.notes{list-style:none;padding:0;font-size:.88rem}.notes li{padding:.2rem 0 .2rem 2.4rem;text-indent:-2.4rem;break-inside:avoid}.mark-number{display:inline-block;width:2.4rem;text-indent:0;color:var(--muted)}
.entry{margin-top:2.2rem;border-top:1px solid var(--line)}.entry h3{margin-top:1rem;display:flex;justify-content:space-between;gap:1.5rem;align-items:baseline}.entry .value{color:var(--ink);white-space:nowrap;text-align:right;font-variant-numeric:tabular-nums}
.entry h3 .bar{display:none}.method span{display:inline-block;margin-right:1.6rem}.entry table{font-size:.82rem}.entry .table{margin-top:.2rem}
`;

/** Below 700 px a row is a card: nothing is cut, nothing scrolls sideways. */
const phone = `
@media screen and (max-width:700px){
body{padding:0 1rem 3rem}.title-page{padding:1rem 0 .5rem 1rem;margin:1.5rem 0}.title-page h1{font-size:1.8rem}.subtitle{font-size:1.08rem}
.contents{display:block}.key{margin-top:1.5rem}main>section{margin-top:3rem}
.facts>div{grid-template-columns:1fr;gap:0}.key .facts>div{grid-template-columns:5.5rem 1fr}
table,caption,thead,tbody,tr,th,td{display:block;width:auto}.plan table{min-width:0}colgroup{display:none}
thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
tr.row,tr.total{border:1px solid var(--line);border-radius:4px;margin:0 0 .8rem;padding:.2rem .8rem}tr.total>*{border-width:0 0 1px}
tbody td[data-label]{display:grid;grid-template-columns:minmax(0,7.5rem) minmax(0,1fr);gap:.2rem .8rem;align-items:baseline;text-align:left;padding:.38rem 0;border-bottom:1px solid #edf0f3;white-space:normal;overflow-wrap:anywhere}
tbody td[data-label]::before{content:attr(data-label);color:var(--muted);font-size:.8rem;font-weight:400}
tbody th[scope=row]{padding:.5rem 0;border-bottom:1px solid #edf0f3;font-weight:600;overflow-wrap:anywhere}
tbody tr>:last-child{border-bottom:0}
tr.group{margin:1.4rem 0 .6rem}tr.group th{display:block;padding:.5rem .7rem}tr.level-2 th{padding-left:.2rem}
.plan tr.row,.on-hold tr.row{display:grid;grid-template-columns:2rem repeat(var(--months,11),1fr);align-items:baseline}
.plan td.code,.on-hold td.code{display:block;grid-column:1;border:0}.plan th.title,.on-hold th.title{display:block;grid-column:2/-1;border:0}
.plan td.all-months,.plan td.dates,.on-hold td[data-label]{display:block;grid-column:2/-1;border:0;padding-top:0}.plan td.dates{padding-bottom:.5rem}
.plan td.dates:empty{display:none}.all-months .not-stated{text-align:left}
.plan td.month{display:block;text-align:center;border:0;padding:.1rem;grid-column:auto}.plan th.title+td.month{grid-column:2}.plan td.month::before{content:attr(data-month);display:block;text-align:center}
.on-hold td[data-label]::before{display:inline;margin-right:.6rem}.plan td{padding:.2rem 0}td.dates[data-head]::before{content:attr(data-head) ": ";color:var(--muted);font-size:.8rem}tbody td[data-label]:has(>.cell:empty){display:none}
.entry h3{display:block}.entry .value{display:block;text-align:left}
}
`;

const print = `
@page{size:A4 portrait;margin:20mm 16mm 18mm}
@page wide{size:A4 landscape}
@page :first{@top-left{content:none}}
@media print{
html{font-size:10pt}body{max-width:none;padding:0;margin:0;-webkit-print-color-adjust:exact;print-color-adjust:exact}
.skip,.up,.back{display:none}.on-hold>h3,.on-hold>p{break-after:avoid}
.title-page{margin:0;padding-top:6rem;min-height:8cm}.title-page h1{font-size:26pt}
.contents{break-before:page;display:block}.key{margin-top:1.5rem;break-inside:avoid}
main>section{margin-top:2.2rem}.landscape{page:wide}
#report>section:first-child{break-before:page}
.table{overflow:visible}.plan table{min-width:0}.short{break-inside:avoid}tbody:last-child>tr:nth-last-child(-n+3):not(:last-child){break-after:avoid}tbody>tr:first-child:not(:last-child){break-after:avoid}section:has(>.entry){break-before:page}thead{display:table-header-group}tfoot{display:table-footer-group}
table{font-size:8.5pt}.entry table{font-size:7.8pt}th,td{padding:.3rem .4rem}
a{color:inherit;text-decoration:none}a.figure{text-decoration:underline dotted}
.note{max-width:none;margin:.2rem 0}.table+.note{break-before:avoid}.head{break-inside:avoid;break-after:avoid}
p,li{orphans:3;widows:3}.intro,.legend,.method{break-after:avoid}
}
`;
