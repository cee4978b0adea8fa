import { validateSync } from 'class-validator';
import { command, given } from '../../event-sourcing/src/given-when-then.js';
import { fold } from '../../event-sourcing/src/decider.js';
import { CorrectPlace, MergePlace, RegisterPlace, SeparatePlace, VoidPlace } from './place-commands.js';
import { place, placeContext, type Place, type PlaceContext, type PlaceData, type PlaceEvent } from './place.js';

const id = '018f3f5e-0000-7000-8000-0000000000f2';
const district = '018f3f5e-0000-7000-8000-0000000000f3';
const other = '018f3f5e-0000-7000-8000-0000000000f4';
const reason = { code: 'data-quality', text: 'The list of crossing points says otherwise.' } as const;

const facts = { name: 'Ras Ajdir', kind: 'site', siteKind: 'border-crossing-point', country: 'LY' } as const;
const full = {
  ...facts,
  names: [{ lang: 'ar', name: 'رأس اجدير' }],
  within: district,
  code: 'LY0101',
  coordinates: { latitude: '33.149', longitude: '11.564' },
} as const;

type Given = PlaceEvent & { id: string };
const registered: Given = { id: 'e1', type: 'PlaceRegistered', data: facts };
const voided: Given = { id: 'e2', type: 'PlaceVoided', data: { voids: 'e1' } };
const merged: Given = { id: 'e3', type: 'PlaceMerged', data: { into: other } };
const separated: Given = { id: 'e4', type: 'PlaceSeparated', data: { undoes: 'e3' } };

const named = (status = 'registered', ...liesIn: string[]) => ({ status, liesIn: new Set(liesIn) });
const known: PlaceContext = { within: named(), into: named(), own: named() };

describe('register a place', () => {
  const register = command(RegisterPlace, { id, ...full, names: [...full.names], note: 'West of Zuwara.' });

  test('records what and where it is, its note apart', () =>
    given(place)
      .when(register, known)
      .then([{ type: 'PlaceRegistered', data: full, texts: { note: 'West of Zuwara.' } }]));
  test('an id is used once', () => given(place, registered).when(register, known).thenRejected('place-exists'));
  test('coordinates are both given', () =>
    expect(
      validateSync(Object.assign(new RegisterPlace(), { id, ...facts, coordinates: { latitude: '33' } })),
    ).toMatchObject([{ property: 'coordinates' }]));

  const refused = (fields: Partial<RegisterPlace>, code: string, context: Partial<PlaceContext> = {}) =>
    given(place)
      .when(command(RegisterPlace, { id, ...facts, ...fields }), { ...known, ...context })
      .thenRejected(code);
  test('only a site has a kind of site', () => refused({ kind: 'city' }, 'site-kind-not-expected'));
  test('what it lies in must exist', () =>
    refused({ within: district }, 'unknown-surroundings', { within: undefined }));
  test('and stand', () => refused({ within: district }, 'unknown-surroundings', { within: named('voided') }));
  test('it does not lie within itself', () => refused({ within: id }, 'within-itself'));
  test('degrees end', () => {
    refused({ coordinates: { latitude: '90.001', longitude: '0' } }, 'not-on-earth');
    refused({ coordinates: { latitude: '-90', longitude: '-180.5' } }, 'not-on-earth');
  });
  test('no name ends before it begins', () =>
    refused({ names: [{ lang: 'en', name: 'R', from: '2020', until: '2019' }] }, 'name-ends-before-it-begins'));
});

describe('correct a place', () => {
  const correct = command(CorrectPlace, { id, ...facts, code: 'LY0102', reason });

  test('restates the whole and names what it replaces', () =>
    given(place, registered)
      .when(correct, known)
      .thenLike([{ type: 'PlaceCorrected', data: { ...facts, code: 'LY0102', replaces: 'e1' } }]));
  test('what is stated already is already so', () =>
    given(place, registered)
      .when(command(CorrectPlace, { id, ...facts, reason }), known)
      .thenAlreadySo());
  test('it does not come to lie within itself through others', () =>
    given(place, registered)
      .when(command(CorrectPlace, { id, ...facts, within: district, reason }), {
        ...known,
        within: named('registered', id),
      })
      .thenRejected('within-itself'));
  test('a voided one cannot be corrected', () =>
    given(place, registered, voided).when(correct, known).thenRejected('place-voided'));
  test('a merged one neither', () =>
    given(place, registered, merged).when(correct, known).thenRejected('place-merged'));
  test('the unknown neither', () => given(place).when(correct, known).thenRejected('unknown-place'));
});

describe('void a place', () => {
  const void_ = command(VoidPlace, { id, reason });

  test('names the event it voids', () =>
    given(place, registered)
      .when(void_, known)
      .then([{ type: 'PlaceVoided', data: { voids: 'e1' } }]));
  test('twice is already so', () => given(place, registered, voided).when(void_, known).thenAlreadySo());
  test('a merged one stands as the other', () =>
    given(place, registered, merged).when(void_, known).thenRejected('place-merged'));
  test('the unknown is refused', () => given(place).when(void_, known).thenRejected('unknown-place'));
});

describe('merge a place into another', () => {
  const merge = command(MergePlace, { id, into: other, reason });
  const refused = (code: string, context: Partial<PlaceContext> = {}, ...events: Given[]) =>
    given(place, ...(events.length > 0 ? events : [registered]))
      .when(merge, { ...known, ...context })
      .thenRejected(code);

  test('names the one that it is the same as', () =>
    given(place, registered)
      .when(merge, known)
      .then([{ type: 'PlaceMerged', data: { into: other } }]));
  test('twice is already so', () => given(place, registered, merged).when(merge, known).thenAlreadySo());
  test('into another one only once it is separated', () =>
    given(place, registered, merged)
      .when(command(MergePlace, { id, into: district, reason }), known)
      .thenRejected('place-merged'));
  test('not into itself', () =>
    given(place, registered)
      .when(command(MergePlace, { id, into: id, reason }), known)
      .thenRejected('merged-into-itself'));
  test('not into one that was merged itself', () => refused('target-merged', { into: named('merged') }));
  test('not into a voided one', () => refused('unknown-target', { into: named('voided') }));
  test('nor into the unknown', () => refused('unknown-target', { into: undefined }));
  test('nor into what it lies within, or what lies within it', () => {
    refused('lies-within', { own: named('registered', other) });
    refused('lies-within', { into: named('registered', id) });
  });
  test('a voided one is not merged', () => refused('place-voided', {}, registered, voided));
  test('the unknown neither', () => given(place).when(merge, known).thenRejected('unknown-place'));
});

describe('separate what was merged', () => {
  const separate = command(SeparatePlace, { id, reason });

  test('undoes the merge', () =>
    given(place, registered, merged)
      .when(separate, known)
      .then([{ type: 'PlaceSeparated', data: { undoes: 'e3' } }]));
  test('what stands for itself is already so', () =>
    given(place, registered, merged, separated).when(separate, known).thenAlreadySo());
  test('a voided one is refused', () =>
    given(place, registered, voided).when(separate, known).thenRejected('place-voided'));
  test('the unknown too', () => given(place).when(separate, known).thenRejected('unknown-place'));
});

describe('what a command names', () => {
  const at = (within?: string, into?: string): Place =>
    fold<Place>(place, [
      { id: 'r', type: 'PlaceRegistered', data: { ...facts, within } satisfies PlaceData },
      ...(into === undefined ? [] : [{ id: 'm', type: 'PlaceMerged', data: { into } }]),
    ] as never);
  const places: Record<string, Place> = { a: at('b'), b: at('c'), c: at(), d: at(undefined, 'a') };
  const of = (more: object) =>
    placeContext({ id: 'a', ...more }, (one) => Promise.resolve(places[one] ?? place.initial));

  test('is a place with all that it lies in, also by what it is the same as', async () => {
    expect(await of({ within: 'd' })).toEqual({
      within: { status: 'merged', liesIn: new Set(['a', 'b', 'c']) },
      into: undefined,
      own: undefined,
    });
    expect(await of({ within: 'x' })).toEqual({ within: undefined, into: undefined, own: undefined });
  });
  test('of a merge both', async () =>
    expect(await of({ into: 'b' })).toEqual({
      within: undefined,
      into: { status: 'registered', liesIn: new Set(['c']) },
      own: { status: 'registered', liesIn: new Set(['b', 'c']) },
    }));
});
