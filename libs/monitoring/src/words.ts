/**
 * Names compared as people type them, in English, French and Arabic: without case, accents, vowel marks, hamza carriers,
 * tatweel, and with or without the article. Pure folding of text: no dictionary, no stems.
 */

// ── One spelling ──

/** What Unicode takes apart into no letter and a mark. */
const letters: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
  ς: 'σ',
  // Arabic: alef wasla; ta marbuta as ha and alef maqsura as ya, as they are typed for one another; Persian kaf and ya.
  ٱ: 'ا',
  ة: 'ه',
  ى: 'ي',
  ک: 'ك',
  ی: 'ي',
};
const special = new RegExp(`[${Object.keys(letters).join('')}]`, 'gu');

/** Arabic-Indic and Persian digits as 0 to 9. */
const digit = (one: string) => String((one.codePointAt(0) as number) & 0xf);

/** A text in one spelling: compatibility forms, marks and tatweel gone, in lower case. */
export function plainly(text: string): string {
  return (
    text
      // Twice: some letters have a small form only once they are taken apart, others come apart only when small.
      .normalize('NFKD')
      .toLowerCase()
      .normalize('NFKD')
      .replace(/[\p{M}ـ]/gu, '')
      .replace(special, (letter) => letters[letter] as string)
      .replace(/[٠-٩۰-۹]/gu, digit)
  );
}

/** The words of a text, in one spelling. */
export const wordsOf = (text: string): string[] => plainly(text).match(/[\p{L}\p{N}]+/gu) ?? [];

// ── Matching ──

/** The article, alone or after and, with, as, for; of `لل` the article has lost its alef. */
const article = /^(?:[وبكف]?ال|لل)(?=.{3})/u;
const bare = (word: string) => word.replace(article, '');

/** How well a name answers: `whole` = it is what was asked for, `start` = it begins with it, `words` = its words do. */
export type Match = 'whole' | 'start' | 'words';

/** What a search looks for: at most ten words. */
export interface Wanted {
  text: string;
  words: readonly string[];
}

const MOST_WORDS = 10;

/** undefined where there is no word in it. */
export function wantedOf(query: string): Wanted | undefined {
  const words = wordsOf(query).slice(0, MOST_WORDS);
  return words.length === 0 ? undefined : { text: words.join(' '), words: words.map(bare) };
}

/** Every word that is wanted must begin a word of the name, in whatever order, each another one. */
export function matchOf(name: string, { text, words }: Wanted): Match | undefined {
  const own = wordsOf(name);
  if (!coverAll(own, words)) return undefined;
  const all = own.join(' ');
  if (all === text) return 'whole';
  return all.startsWith(text) ? 'start' : 'words';
}

function coverAll(own: readonly string[], wanted: readonly string[]): boolean {
  const free = [...own];
  // The longest first: it is the one that fits in the fewest places.
  return [...wanted]
    .sort((a, b) => b.length - a.length)
    .every((word) => {
      const at = free.findIndex((one) => one.startsWith(word) || bare(one).startsWith(word));
      if (at >= 0) free.splice(at, 1);
      return at >= 0;
    });
}
