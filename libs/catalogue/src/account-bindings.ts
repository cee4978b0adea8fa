import { isUuid, type Binding, type Command, type ReadThing } from '#event-sourcing';
import { indicator, openingBalance } from '#indicators';
import { narrative } from '#narratives';
import { programme } from '#programmes';
import { project, type Project } from '#projects';
import { known } from './known.js';

type InProject = <Asked = object>(
  bind?: (command: Command & Asked, read: ReadThing, at: { scope: string }) => Promise<Record<string, unknown>>,
) => NonNullable<Binding['context']>;

/** What people say beside the facts: narratives, and what came before the first. `inProject`: what all facts of a project need. */
export const accountBindings = (inProject: InProject): Binding[] => {
  const ofProject = inProject<{ period?: string }>(async ({ period }, read, { scope }) => {
    const state = await read<Project>(project, scope);
    const periods = state.status === 'none' ? [] : state.periods;
    return { period: periods.find(({ id }) => id === period) };
  });
  return [
    {
      decider: narrative,
      context: async (command, read, circumstances) => {
        if (circumstances.scope !== 'ledger') return ofProject(command, read, circumstances);
        const { about, subject } = command as { about?: string; subject?: string };
        const id = about === 'programme' && isUuid(subject) ? subject : undefined;
        return { programme: await known(read, programme, id) };
      },
    },
    {
      decider: openingBalance,
      context: inProject(async ({ id }, read) => {
        const state = await read(indicator, id);
        const { status } = state;
        return { indicator: status === 'none' ? undefined : { status, measure: state.definition.facts.measure } };
      }),
    },
  ];
};
