import { decider, rejecting, statesTheSame, type Command, type FreeText } from '#event-sourcing';
import { backwardsName, type LocalNameData } from '#event-sourcing/src/names.js';
import {
  CorrectPlace,
  MergePlace,
  RegisterPlace,
  SeparatePlace,
  VoidPlace,
  type placeKinds,
  type siteKinds,
} from './place-commands.js';

// ── Events: stored for ever. Add optional fields; never rename, never remove. ──

export type PlaceData = {
  name: string;
  names?: LocalNameData[];
  kind: (typeof placeKinds)[number];
  siteKind?: (typeof siteKinds)[number];
  country?: string;
  within?: string;
  code?: string;
  coordinates?: { latitude: string; longitude: string };
  note?: FreeText;
};

export type PlaceEvent =
  | { type: 'PlaceRegistered'; data: PlaceData }
  | { type: 'PlaceCorrected'; data: PlaceData & { replaces: string } }
  | { type: 'PlaceVoided'; data: { voids: string } }
  /** `into`: the place that it is the same as. */
  | { type: 'PlaceMerged'; data: { into: string } }
  /** `undoes`: the event of the merge. */
  | { type: 'PlaceSeparated'; data: { undoes: string } };

// ── State: only what the rules ask for ──

type Stated<Facts> = { event: string; facts: Facts };
export type Place =
  | { status: 'none' }
  | {
      status: 'registered' | 'merged' | 'voided';
      place: Stated<PlaceData>;
      /** Only where it is merged. */
      merge?: Stated<{ into: string }>;
    };

/** A place that a command names, and all those that it lies in, or is the same as, near and far. */
export type NamedPlace = { status: string; liesIn: ReadonlySet<string> };

/** What the rules need of the places that a command names; undefined = there is none, or none is named. */
export interface PlaceContext {
  within: NamedPlace | undefined;
  into: NamedPlace | undefined;
  /** The place itself, where it is to be merged. */
  own: NamedPlace | undefined;
}

// ── Rules ──

const rejections = {
  'place-exists': 'There is a place with this id already.',
  'unknown-place': 'There is no such place.',
  'place-voided': 'This place was voided: register it anew, with an id of its own.',
  'place-merged': 'This place was merged into another: record it of that one, or separate them first.',
  'unknown-surroundings': 'There is no such place to lie in, or it was voided.',
  'within-itself': 'A place cannot lie within itself, neither directly nor through others.',
  'site-kind-not-expected': 'Only a site has a kind of site.',
  'not-on-earth': 'Latitudes are from -90 to 90 degrees, longitudes from -180 to 180.',
  'name-ends-before-it-begins': 'A name cannot end before it begins.',
  'merged-into-itself': 'A place cannot be merged into itself.',
  'unknown-target': 'There is no such place to merge into, or it was voided.',
  'target-merged': 'The place to merge into was itself merged into another: name that one.',
  'lies-within': 'One of these places lies within the other: they cannot be the same.',
} as const;
const reject = rejecting(rejections);

export const place = decider<Place, PlaceEvent, PlaceContext>()({
  category: 'place',
  commands: { RegisterPlace, CorrectPlace, VoidPlace, MergePlace, SeparatePlace },
  rejections,
  initial: { status: 'none' },

  decide: {
    RegisterPlace: (command, state, context) => {
      if (state.status !== 'none') return reject('place-exists');
      const { id, note, ...facts } = command;
      checkPlace(id, facts, context);
      return [{ type: 'PlaceRegistered', data: facts, texts: { note } }];
    },
    CorrectPlace: (command, state, context) => {
      const { place } = registered(state);
      const { id, reason: _, note, ...facts } = command;
      if (statesTheSame(place.facts, facts, note)) return [];
      checkPlace(id, facts, context);
      return [{ type: 'PlaceCorrected', data: { ...facts, replaces: place.event }, texts: { note } }];
    },
    VoidPlace: (_, state) => {
      if (state.status === 'voided') return [];
      return [{ type: 'PlaceVoided', data: { voids: registered(state).place.event } }];
    },
    MergePlace: ({ id, into }, state, context) => {
      if (state.status === 'merged' && state.merge?.facts.into === into) return [];
      registered(state);
      checkMerge(id, into, context);
      return [{ type: 'PlaceMerged', data: { into } }];
    },
    SeparatePlace: (_, state) => {
      if (state.status === 'merged') return [{ type: 'PlaceSeparated', data: { undoes: state.merge!.event } }];
      registered(state);
      return [];
    },
  },

  evolve: {
    PlaceRegistered: (_, facts, { id }) => ({ status: 'registered', place: { event: id, facts } }),
    PlaceCorrected: (state, { replaces: _, ...facts }, { id }) => ({
      ...(state as Registered),
      place: { event: id, facts },
    }),
    PlaceVoided: (state) => ({ ...(state as Registered), status: 'voided' }),
    PlaceMerged: (state, facts, { id }) => ({
      ...(state as Registered),
      status: 'merged',
      merge: { event: id, facts },
    }),
    PlaceSeparated: (state) => ({ ...(state as Registered), status: 'registered', merge: undefined }),
  },
});

type Registered = Exclude<Place, { status: 'none' }>;

function registered(state: Place): Registered {
  if (state.status === 'none') return reject('unknown-place');
  if (state.status === 'voided') return reject('place-voided');
  if (state.status === 'merged') return reject('place-merged');
  return state;
}

function checkPlace(id: string, facts: PlaceData, { within }: PlaceContext) {
  const name = backwardsName(facts.names);
  if (name !== undefined) reject('name-ends-before-it-begins', undefined, `/names/${name}/until`);
  if (facts.siteKind !== undefined && facts.kind !== 'site') reject('site-kind-not-expected', undefined, '/siteKind');
  if (facts.coordinates) checkCoordinates(facts.coordinates);
  if (facts.within === undefined) return;
  if (facts.within === id) reject('within-itself', undefined, '/within');
  if (!within || within.status === 'voided') return reject('unknown-surroundings', undefined, '/within');
  if (within.liesIn.has(id)) reject('within-itself', undefined, '/within');
}

function checkCoordinates({ latitude, longitude }: NonNullable<PlaceData['coordinates']>) {
  // Binary floats are near enough to tell whether it is beyond a whole number of degrees.
  if (Math.abs(Number(latitude)) > 90) reject('not-on-earth', undefined, '/coordinates/latitude');
  if (Math.abs(Number(longitude)) > 180) reject('not-on-earth', undefined, '/coordinates/longitude');
}

function checkMerge(id: string, target: string, { own, into }: PlaceContext) {
  if (target === id) reject('merged-into-itself', undefined, '/into');
  // What is merged is never merged into: so no chain of merges can close to a circle.
  if (into?.status === 'merged') reject('target-merged', undefined, '/into');
  if (into?.status !== 'registered') return reject('unknown-target', undefined, '/into');
  if (into.liesIn.has(id) || own?.liesIn.has(target)) reject('lies-within', undefined, '/into');
}

// ── Context ──

/** The context of a command: what is read becomes a guard, so that two commands at once cannot close a circle. */
export async function placeContext(command: Command, read: (id: string) => Promise<Place>): Promise<PlaceContext> {
  const { within, into } = command as { within?: string; into?: string };
  const named = async (id: string | undefined): Promise<NamedPlace | undefined> => {
    if (id === undefined) return undefined;
    const state = await read(id);
    if (state.status === 'none') return undefined;
    const liesIn = new Set(surroundingsOf(state));
    // A set that grows while it is gone through is gone through to its end.
    for (const next of liesIn) for (const further of surroundingsOf(await read(next))) liesIn.add(further);
    return { status: state.status, liesIn };
  };
  const own = into === undefined ? undefined : command.id;
  return { within: await named(within), into: await named(into), own: await named(own) };
}

/** What it lies in, and what it is the same as. */
const surroundingsOf = (state: Place): string[] =>
  state.status === 'none' ? [] : [state.place.facts.within, state.merge?.facts.into].filter((id) => id !== undefined);
