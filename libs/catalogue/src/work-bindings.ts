import { activity } from '#activities';
import { cohort, course } from '#courses';
import { deliverable, deliverableVersion, item, itemProgress, itemState, type Item } from '#deliveries';
import type { Binding, Command, ReadThing } from '#event-sourcing';
import { instalment, smallGrant } from '#grants';
import { organisation } from '#organisations';
import { place } from '#places';
import { request } from '#requests';
import { known, knownById } from './known.js';

type InProject = <Asked = object>(
  bind?: (command: Command & Asked, read: ReadThing) => Promise<Record<string, unknown>>,
) => NonNullable<Binding['context']>;

/** What the project is asked for, delivers, pays and teaches. `inProject`: what all facts of a project need. */
export const workBindings = (inProject: InProject): Binding[] => [
  {
    decider: request,
    context: inProject<{ organisation?: string; activities?: string[] }>(async (command, read) => ({
      organisation: await known(read, organisation, command.organisation),
      activities: await knownById(read, activity, command.activities ?? []),
    })),
  },
  {
    decider: deliverable,
    context: inProject<{ activity?: string }>(async (command, read) => ({
      activity: await known(read, activity, command.activity),
    })),
  },
  {
    decider: deliverableVersion,
    context: inProject<{ deliverable?: string; organisation?: string }>(async (command, read) => ({
      deliverable: await known(read, deliverable, command.deliverable),
      organisation: await known(read, organisation, command.organisation),
    })),
  },
  {
    decider: item,
    context: inProject<{ place?: string; activity?: string; beneficiary?: string }>(async (command, read) => ({
      place: await known(read, place, command.place),
      activity: await known(read, activity, command.activity),
      beneficiary: await known(read, organisation, command.beneficiary),
    })),
  },
  { decider: itemState, context: inProject<{ item?: string }>(itemOf) },
  { decider: itemProgress, context: inProject<{ item?: string }>(itemOf) },
  {
    decider: smallGrant,
    context: inProject<{ grantee?: string; activity?: string }>(async (command, read) => ({
      grantee: await known(read, organisation, command.grantee),
      activity: await known(read, activity, command.activity),
    })),
  },
  {
    decider: instalment,
    context: inProject<{ grant?: string }>(async (command, read) => ({
      grant: await known(read, smallGrant, command.grant),
    })),
  },
  {
    decider: course,
    context: inProject<{ place?: string; activity?: string }>(async (command, read) => ({
      place: await known(read, place, command.place),
      activity: await known(read, activity, command.activity),
    })),
  },
  {
    decider: cohort,
    context: inProject<{ course?: string }>(async (command, read) => ({
      course: await known(read, course, command.course),
    })),
  },
];

async function itemOf({ item: id }: { item?: string }, read: ReadThing) {
  const state = id === undefined ? undefined : await read<Item>(item, id);
  return { item: !state || state.status === 'none' ? undefined : state };
}
