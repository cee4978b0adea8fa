import { activity } from '#activities';
import type { Binding, Command, ReadThing } from '#event-sourcing';
import { indicator } from '#indicators';
import { assessmentRound, contextFigure, peopleInNeed } from '#needs';
import { organisation } from '#organisations';
import { place } from '#places';
import { known, knownById } from './known.js';

type InProject = <Asked = object>(
  bind?: (command: Command & Asked, read: ReadThing) => Promise<Record<string, unknown>>,
) => NonNullable<Binding['context']>;

/** The context that a project works in, and the needs that it answers. `inProject`: what all facts of a project need. */
export const needBindings = (inProject: InProject): Binding[] => [
  {
    decider: contextFigure,
    context: inProject<{ place?: string }>(async (command, read) => ({
      place: await known(read, place, command.place),
    })),
  },
  {
    decider: assessmentRound,
    context: inProject<{ organisation?: string; activity?: string; places?: string[] }>(async (command, read) => ({
      organisation: await known(read, organisation, command.organisation),
      activity: await known(read, activity, command.activity),
      places: await knownById(read, place, command.places ?? []),
    })),
  },
  {
    decider: peopleInNeed,
    context: inProject<{ place?: string; reachedBy?: string }>(async (command, read) => ({
      place: await known(read, place, command.place),
      reachedBy: await known(read, indicator, command.reachedBy),
    })),
  },
];
