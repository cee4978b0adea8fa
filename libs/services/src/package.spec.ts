import { command, given, rows } from '../../event-sourcing/src/given-when-then.js';
import { packageRegister } from './package-register.js';
import { CorrectPackage, DefinePackage, packageOf, VoidPackage, type PackageEvent } from './package.js';

const id = '018f3f5e-0000-7000-8000-0000000000f1';
const reason = { code: 'data-quality', text: 'The contract says otherwise.' } as const;

const facts = { title: 'Winter kit', contents: ['2 blankets'], unitCost: 4250, currency: 'EUR' };
const defined: PackageEvent & { id: string } = { id: 'e1', type: 'PackageDefined', data: facts };
const corrected: PackageEvent = { type: 'PackageCorrected', data: { ...facts, unitCost: 4300, replaces: 'e1' } };
const voided: PackageEvent = { type: 'PackageVoided', data: { voids: 'e1' } };

describe('define a package', () => {
  const define = command(DefinePackage, { id, ...facts, note: 'Of the second tender.' });

  test('records what is in it and what it costs, its note apart', () =>
    given(packageOf)
      .when(define)
      .then([{ type: 'PackageDefined', data: facts, texts: { note: 'Of the second tender.' } }]));
  test('an id is used once', () => given(packageOf, defined).when(define).thenRejected('package-exists'));
});

describe('correct a package', () => {
  const correct = command(CorrectPackage, { id, ...facts, unitCost: 4300, reason });

  test('restates the whole and names what it replaces', () =>
    given(packageOf, defined).when(correct).thenLike([corrected]));
  test('what is stated already is already so', () =>
    given(packageOf, defined)
      .when(command(CorrectPackage, { id, ...facts, reason }))
      .thenAlreadySo());
  test('a voided one cannot be corrected', () =>
    given(packageOf, defined, voided).when(correct).thenRejected('package-voided'));
  test('the unknown neither', () => given(packageOf).when(correct).thenRejected('unknown-package'));
});

describe('void a package', () => {
  const void_ = command(VoidPackage, { id, reason });

  test('names the event it voids', () => given(packageOf, defined).when(void_).then([voided]));
  test('twice is already so', () => given(packageOf, defined, voided).when(void_).thenAlreadySo());
  test('the unknown is refused', () => given(packageOf).when(void_).thenRejected('unknown-package'));
});

test('package-register has every package as it is stated now; a voided one stays, as voided', async () => {
  expect(await rows(packageRegister, defined, corrected)).toEqual([{ ...facts, unitCost: 4300, status: 'defined' }]);
  expect(await rows(packageRegister, defined, voided)).toEqual([{ ...facts, status: 'voided' }]);
});
