import type { Binding, Command } from '#event-sourcing';
import { membership, organisation } from '#organisations';
import { place, placeContext } from '#places';
import { known } from './known.js';

/** Of what is private to no project: what a decision needs of other streams of the ledger. */
export const ledgerBindings: readonly Binding[] = [
  {
    decider: organisation,
    context: async (command, read) => ({
      into: await known(read, organisation, (command as { into?: string }).into),
    }),
  },
  {
    decider: membership,
    context: async (command, read) => {
      const { group, member } = command as Command & { group?: string; member?: string };
      return { group: await known(read, organisation, group), member: await known(read, organisation, member) };
    },
  },
  { decider: place, context: async (command, read) => ({ ...(await placeContext(command, (id) => read(place, id))) }) },
];
