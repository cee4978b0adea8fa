import type { Binding, Command, ReadThing } from '#event-sourcing';
import { contribution, rate, requirement } from '#funding';
import { organisation } from '#organisations';
import { known } from './known.js';

type InProject = <Asked>(
  bind: (command: Command & Asked, read: ReadThing) => Promise<Record<string, unknown>>,
) => NonNullable<Binding['context']>;

interface ContributionLinks {
  donor?: string;
  fulfils?: string;
  requirement?: string;
}

/** What an appeal requires and is given; rates are private to no project. `inProject`: what all facts of a project need. */
export const fundingBindings = (inProject: InProject): Binding[] => [
  { decider: rate },
  {
    decider: requirement,
    context: inProject<{ parent?: string }>(async (command, read) => ({
      parent: await known(read, requirement, command.parent),
    })),
  },
  {
    decider: contribution,
    context: inProject<ContributionLinks>(async (command, read) => ({
      donor: await known(read, organisation, command.donor),
      fulfils: await known(read, contribution, command.fulfils),
      requirement: await known(read, requirement, command.requirement),
    })),
  },
];
