import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser } from 'playwright-core';
import { renderDocx } from './render-docx.js';
import { renderHtml } from './render-html.js';
import { sampleDocument } from '../../../test/support/sample-document.js';

/** The two forms as the programs that people open them with see them; without those programs it says what did not run. */
const found = (...places: string[]) => places.find((place) => existsSync(place));
const browserAt = found('/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome');
const officeAt = found('/usr/bin/soffice', '/usr/bin/libreoffice');
const readerAt = found('/usr/bin/pdftotext');

const ifFound = (program: string, at: string | undefined) => {
  if (!at) process.stderr.write(`not run: ${program} is not installed, so nobody looked at the report with it\n`);
  return at ? test : test.skip;
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'attest-report-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('HTML in a browser', () => {
  let browser: Browser | undefined;
  beforeAll(async () => {
    writeFileSync(join(folder, 'report.html'), renderHtml(sampleDocument()));
    if (browserAt) browser = await chromium.launch({ executablePath: browserAt, args: ['--no-sandbox'] });
  });
  afterAll(() => browser?.close());

  ifFound('Chromium', browserAt).each([360, 1280])(
    'at %i pixels nothing is cut off and nothing is fetched',
    async (width) => {
      const page = await browser!.newPage({ viewport: { width, height: 800 } });
      const fetched: string[] = [];
      page.on('request', (request) => fetched.push(request.url()));
      const url = pathToFileURL(join(folder, 'report.html')).href;
      await page.goto(url);
      expect(fetched).toEqual([url]);
      const widths = 'document.documentElement.scrollWidth - window.innerWidth';
      expect(await page.evaluate(widths)).toBeLessThanOrEqual(0);
      const dead = `[...document.querySelectorAll('a[href^="#"]')].filter((a) => !document.getElementById(decodeURIComponent(a.hash.slice(1)))).map((a) => a.hash)`;
      expect(await page.evaluate(dead)).toEqual([]);
      await page.close();
    },
  );
});

ifFound('LibreOffice with pdftotext', officeAt && readerAt)(
  'DOCX in an office program: the contents list tells the pages',
  async () => {
    const file = join(folder, 'report.docx');
    writeFileSync(file, await renderDocx(sampleDocument()));
    const profile = `-env:UserInstallation=${pathToFileURL(join(folder, 'profile')).href}`;
    execFileSync(officeAt!, [profile, '--headless', '--convert-to', 'pdf', '--outdir', folder, file], {
      stdio: 'ignore',
    });
    execFileSync(readerAt!, ['-layout', join(folder, 'report.pdf')]);
    const pages = readFileSync(join(folder, 'report.txt'), 'utf8').split('\f');
    const listed = [...(pages[1] ?? '').matchAll(/^ *(\S.*?) ?\.{5,} *(\d+)$/gm)];
    expect(listed.length).toBeGreaterThanOrEqual(8);
    const wrong = listed.filter(([, title, page]) => !pages[Number(page) - 1]?.includes(title as string));
    expect(wrong.map(([line]) => line)).toEqual([]);
  },
);
