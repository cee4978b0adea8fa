/** What an item is, and the states of each kind in their order: equipment is procured and handed over, works are built. */
export const itemStates = {
  equipment: ['planned', 'procured', 'delivered', 'installed', 'handed-over', 'out-of-use'],
  works: ['designed', 'contracted', 'under-construction', 'completed', 'handed-over', 'out-of-use'],
} as const;

export const itemKinds = ['equipment', 'works'] as const;
export type ItemKind = (typeof itemKinds)[number];

export const allItemStates = [
  'planned',
  'procured',
  'delivered',
  'installed',
  'handed-over',
  'out-of-use',
  'designed',
  'contracted',
  'under-construction',
  'completed',
] as const;
export type ItemStateName = (typeof allItemStates)[number];

/** The place of a state in the order of its kind; -1 where the kind has no such state. */
export const rankOf = (kind: ItemKind, state: ItemStateName): number =>
  (itemStates[kind] as readonly ItemStateName[]).indexOf(state);
