import fc from 'fast-check';
import { matchOf, plainly, wantedOf, wordsOf, type Wanted } from './words.js';

const matched = (name: string, query: string) => matchOf(name, wantedOf(query) as Wanted);

test.each([
  ['Ministère de l’Intérieur', 'ministere interieur'],
  ['Ministère de l’Intérieur', 'INTÉRIEUR'],
  ['Coopération Œuvre sociale', 'oeuvre cooper'],
  ['Straße', 'strasse'],
  ['İzmir', 'izmir'],
  ["Cote d'Ivoire", 'côte ivoire'],
  // Hamza carriers, ta marbuta, alef maqsura, vowel marks, tatweel, presentation forms, digits.
  ['إدارة الهجرة', 'ادارة'],
  ['ادارة الهجرة', 'إداره'],
  ['وزارة الداخلية', 'الداخليه'],
  ['مستشفى', 'مستشفي'],
  ['مُحَمَّد', 'محمد'],
  ['ليبيـــا', 'ليبيا'],
  ['ﻟﻴﺒﻴﺎ', 'ليبيا'],
  ['المرحلة ٢', 'مرحلة 2'],
  // With and without the article.
  ['وزارة الداخلية', 'داخلية'],
  ['داخلية', 'الداخلية'],
  ['للهجرة', 'هجرة'],
  ['والهجرة', 'الهجرة'],
])('%s answers %s', (name, query) => expect(matched(name, query)).toBeDefined());

test.each([
  ['Ministry of Interior', 'nterior'],
  ['Ministry of Interior', 'ministry health'],
  // One word of the name answers one word.
  ['Tripoli port', 'tripoli trip'],
  // Too short to be an article and a word.
  ['والد', 'د'],
])('%s does not answer %s', (name, query) => expect(matched(name, query)).toBeUndefined());

test('how well it answers', () => {
  expect(matched('Border management', 'border MANAGEMENT')).toBe('whole');
  expect(matched('Border management in Libya', 'border man')).toBe('start');
  expect(matched('Integrated border management', 'man bord')).toBe('words');
});

test('a longer word does not lose its place to a shorter one', () =>
  expect(matched('Training of trainers', 'train trainers')).toBe('words'));

test('what has no word looks for nothing, and of many words the first ten count', () => {
  expect(wantedOf(' .,- ')).toBeUndefined();
  expect(wantedOf('a b c d e f g h i j k l')?.words).toHaveLength(10);
});

test('one spelling is the same again, and every name answers itself', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (name) => {
      expect(wordsOf(plainly(name))).toEqual(wordsOf(name));
      const words = wordsOf(name);
      if (words.length > 0 && words.length <= 10) expect(matched(name, name)).toBe('whole');
    }),
  );
});
