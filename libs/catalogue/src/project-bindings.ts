import type { Binding, Command, ReadThing } from '#event-sourcing';
import { organisation } from '#organisations';
import { programme } from '#programmes';
import { alias, contact, document, funding, inclusion, partner, succession } from '#projects';
import { known, knownById } from './known.js';

type InProject = <Asked = object>(
  bind?: (command: Command & Asked, read: ReadThing) => Promise<Record<string, unknown>>,
) => NonNullable<Binding['context']>;

/** What is recorded of a project beside its contract, and the programmes that it is part of. `inProject`: what all facts of a project need. */
export const projectBindings = (inProject: InProject): Binding[] => [
  { decider: alias, context: inProject() },
  { decider: succession, context: inProject() },
  {
    decider: funding,
    context: inProject<{ organisation?: string; onBehalfOf?: string }>(async (command, read) => ({
      organisation: await known(read, organisation, command.organisation),
      onBehalfOf: await known(read, organisation, command.onBehalfOf),
    })),
  },
  {
    decider: partner,
    context: inProject<{ organisation?: string }>(async (command, read) => ({
      organisation: await known(read, organisation, command.organisation),
    })),
  },
  {
    decider: contact,
    context: inProject<{ organisation?: string }>(async (command, read) => ({
      organisation: await known(read, organisation, command.organisation),
    })),
  },
  {
    decider: document,
    context: inProject<{ translationOf?: string }>(async (command, read) => ({
      translationOf: await known(read, document, command.translationOf),
    })),
  },
  {
    decider: inclusion,
    context: inProject<{ programme?: string }>(async (command, read) => ({
      programme: await known(read, programme, command.programme),
    })),
  },
  {
    decider: programme,
    context: async (command, read) => ({
      donors: await knownById(read, organisation, (command as { donors?: string[] }).donors ?? []),
    }),
  },
];
