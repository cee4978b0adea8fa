import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { backwardsName, endsBeforeItBegins, IsNames, LocalName } from './names.js';

class Thing {
  @IsNames() names!: LocalName[];
}
const isTaken = (...names: object[]) => validateSync(plainToInstance(Thing, { names })).length === 0;

test('a name has a language, and may have dates', () => {
  expect(isTaken({ lang: 'ar', name: 'ليبيا' }, { lang: 'pt-BR', name: 'Líbia', from: '2011', until: '2013-01' })).toBe(
    true,
  );
  expect(isTaken({ lang: 'Arabic', name: 'ليبيا' })).toBe(false);
  expect(isTaken({ lang: 'en' })).toBe(false);
  expect(isTaken({ lang: 'en', name: 'Libya', from: 'once' })).toBe(false);
});

test('names are few', () =>
  expect(isTaken(...Array.from({ length: 51 }, () => ({ lang: 'en', name: 'Libya' })))).toBe(false));

test('none ends before it begins; within one month it may', () => {
  expect(endsBeforeItBegins('2011-05', '2011-04-30')).toBe(true);
  expect(endsBeforeItBegins('2011-05-20', '2011-05')).toBe(false);
  expect(endsBeforeItBegins(undefined, '2011')).toBe(false);
  expect(endsBeforeItBegins('2011/..', undefined)).toBe(false);
  const name = { lang: 'en', name: 'Libya' };
  expect(backwardsName([name, { ...name, from: '2013', until: '2011' }])).toBe(1);
  expect(backwardsName([name])).toBeUndefined();
  expect(backwardsName()).toBeUndefined();
});
