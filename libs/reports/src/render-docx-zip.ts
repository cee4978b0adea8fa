/** What the library fills with the clock, set instead: the same document must give the same bytes. */

/** XML 1.0 has no place for most control characters: Word refuses the whole file for one of them. */
export const clean = (text: string): string =>
  // eslint-disable-next-line no-control-regex
  text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd');

const xml = (text: string): string => clean(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** docProps/core.xml with a given instant (RFC 3339, UTC) as both dates. */
export const coreProperties = (title: string, instant: string): string =>
  '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>' +
  '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" ' +
  'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" ' +
  'xmlns:dcmitype="http://purl.org/dc/dcmitype/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">' +
  `<dc:title>${xml(title)}</dc:title><dc:creator>Attest</dc:creator><dc:language>en-GB</dc:language>` +
  '<cp:lastModifiedBy>Attest</cp:lastModifiedBy><cp:revision>1</cp:revision>' +
  `<dcterms:created xsi:type="dcterms:W3CDTF">${instant}</dcterms:created>` +
  `<dcterms:modified xsi:type="dcterms:W3CDTF">${instant}</dcterms:modified></cp:coreProperties>`;

const centralHeader = 0x02014b50;
const endOfDirectory = 0x06054b50;

/** The archive's own times at 1980-01-01 00:00, the first that a ZIP can tell (APPNOTE 4.3.7, 4.3.12, 4.3.16). */
export function withoutClock(zip: Buffer): Buffer {
  const fixed = Buffer.from(zip);
  const setTime = (offset: number): void => void fixed.writeUInt32LE(0x00210000, offset);
  let end = fixed.length - 22;
  while (end >= 0 && fixed.readUInt32LE(end) !== endOfDirectory) end -= 1;
  let at = end < 0 ? fixed.length : fixed.readUInt32LE(end + 16);
  while (at + 46 <= fixed.length && fixed.readUInt32LE(at) === centralHeader) {
    setTime(at + 12);
    setTime(fixed.readUInt32LE(at + 42) + 10);
    at += 46 + fixed.readUInt16LE(at + 28) + fixed.readUInt16LE(at + 30) + fixed.readUInt16LE(at + 32);
  }
  return fixed;
}
