import { ArrayMinSize } from 'class-validator';
import {
  decider,
  HasReason,
  IsCurrency,
  IsFreeText,
  IsId,
  IsMinorUnits,
  IsTitle,
  IsTitles,
  Optional,
  rejecting,
  statesTheSame,
  type FreeText,
  type Reason,
} from '#event-sourcing';

// ── Commands ──

class PackageFacts {
  @IsTitle() title!: string;
  /** What is in it: "5 blankets", "hygiene kit". Left out = not stated. */
  @Optional() @ArrayMinSize(1) @IsTitles(100) contents?: string[];
  /** Of one package, in minor units. */
  @IsMinorUnits() unitCost!: number;
  @IsCurrency() currency!: string;
  @Optional() @IsFreeText() note?: string;
}

/** Defines a package that is given out at a unit cost. At another cost it is another package. */
export class DefinePackage extends PackageFacts {
  @IsId() id!: string;
}

/** Restates the whole package. */
export class CorrectPackage extends PackageFacts {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

export class VoidPackage {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

// ── Events: stored for ever. Add optional fields; never rename, never remove. ──

export type PackageData = {
  title: string;
  contents?: string[];
  unitCost: number;
  currency: string;
  note?: FreeText;
};

export type PackageEvent =
  | { type: 'PackageDefined'; data: PackageData }
  | { type: 'PackageCorrected'; data: PackageData & { replaces: string } }
  | { type: 'PackageVoided'; data: { voids: string } };

// ── State: only what the rules ask for ──

type Stated<Facts> = { event: string; facts: Facts };
export type Package = { status: 'none' } | { status: 'defined' | 'voided'; package: Stated<PackageData> };

// ── Rules ──

const rejections = {
  'package-exists': 'There is a package with this id already.',
  'unknown-package': 'The project has no such package.',
  'package-voided': 'This package was voided: define it anew, with an id of its own.',
} as const;
const reject = rejecting(rejections);

export const packageOf = decider<Package, PackageEvent>()({
  category: 'package',
  commands: { DefinePackage, CorrectPackage, VoidPackage },
  rejections,
  initial: { status: 'none' },

  decide: {
    DefinePackage: (command, state) => {
      if (state.status !== 'none') return reject('package-exists');
      const { id: _, note, ...facts } = command;
      return [{ type: 'PackageDefined', data: facts, texts: { note } }];
    },
    CorrectPackage: (command, state) => {
      const { package: known } = defined(state);
      const { id: _, reason: __, note, ...facts } = command;
      if (statesTheSame(known.facts, facts, note)) return [];
      return [{ type: 'PackageCorrected', data: { ...facts, replaces: known.event }, texts: { note } }];
    },
    VoidPackage: (_, state) => {
      if (state.status === 'voided') return [];
      return [{ type: 'PackageVoided', data: { voids: defined(state).package.event } }];
    },
  },

  evolve: {
    PackageDefined: (_, facts, { id }) => ({ status: 'defined', package: { event: id, facts } }),
    PackageCorrected: (state, { replaces: _, ...facts }, { id }) => ({
      ...(state as Defined),
      package: { event: id, facts },
    }),
    PackageVoided: (state) => ({ ...(state as Defined), status: 'voided' }),
  },
});

type Defined = Exclude<Package, { status: 'none' }>;

function defined(state: Package): Defined {
  if (state.status === 'none') return reject('unknown-package');
  if (state.status === 'voided') return reject('package-voided');
  return state;
}
