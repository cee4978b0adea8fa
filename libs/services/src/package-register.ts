import { register } from '#event-sourcing';
import type { PackageData, PackageEvent } from './package.js';

export interface PackageRow extends PackageData {
  status: 'defined' | 'voided';
}

/** Packages that are given out, each with its contents and its unit cost in minor units. */
export const packageRegister = register<PackageRow, PackageEvent>()({
  name: 'package-register',
  version: 1,
  evolve: {
    PackageDefined: (_, { data }) => ({ ...data, status: 'defined' }),
    PackageCorrected: (row, { data: { replaces: _, ...data } }) => ({ ...data, status: (row as PackageRow).status }),
    PackageVoided: (row) => ({ ...(row as PackageRow), status: 'voided' }),
  },
});
