import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, Matches, ValidateNested } from 'class-validator';
import { possibleDays, type Occurrence } from './dates.js';
import { IsOccurrence, IsTitle, Optional } from './fields.js';

/** A language, as BCP 47 has it: `en`, `ar`, `zh-Hant`, `pt-BR`. */
export const IsLanguage = (): PropertyDecorator =>
  Matches(/^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$/, {
    message: '$property must be a language of BCP 47, such as en, ar or pt-BR',
  });

/** A name in a language, and from when until when it was that; left out = since when, or until when, is not stated. */
export class LocalName {
  @IsLanguage() lang!: string;
  @IsTitle() name!: string;
  @Optional() @IsOccurrence() from?: Occurrence;
  @Optional() @IsOccurrence() until?: Occurrence;
}
export type LocalNameData = { lang: string; name: string; from?: Occurrence; until?: Occurrence };

/** Names of a thing by language, also former ones: at most 50. */
export const IsNames = (): PropertyDecorator => (target, property) => {
  for (const decorate of [
    IsArray(),
    ArrayMaxSize(50),
    ValidateNested({ each: true }),
    Type(() => LocalName),
  ] as PropertyDecorator[])
    decorate(target, property);
};

/** The index of the first name that ends before it begins; undefined where none does. */
export function backwardsName(names: readonly LocalNameData[] = []): number | undefined {
  const index = names.findIndex(({ from, until }) => endsBeforeItBegins(from, until));
  return index < 0 ? undefined : index;
}

/** On whatever possible days: what is not stated is before and after nothing. */
export function endsBeforeItBegins(from: Occurrence | undefined, until: Occurrence | undefined): boolean {
  const first = possibleDays(from)?.first;
  const last = possibleDays(until)?.last;
  return Boolean(first && last && last < first);
}
