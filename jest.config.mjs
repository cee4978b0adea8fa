import { readdirSync } from 'node:fs';

/** Our own names that begin with #; packages have theirs. */
const libs = readdirSync(new URL('libs', import.meta.url)).join('|');

const base = {
  rootDir: import.meta.dirname,
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', { sourceMaps: 'inline' }] },
  moduleNameMapper: {
    [`^#((?:${libs})/.+)\\.js$`]: '<rootDir>/libs/$1.ts',
    [`^#(${libs})$`]: '<rootDir>/libs/$1/src/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/dist/', '<rootDir>/data/'],
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
};

/** Tiers go by file name: pure tests need nothing; the others get an embedded PostgreSQL. */
export default {
  projects: [
    { ...base, displayName: 'pure', testMatch: ['**/*.spec.ts'] },
    {
      ...base,
      displayName: 'real',
      testMatch: ['**/*.int-spec.ts', '**/*.e2e-spec.ts', '**/*.fault-spec.ts'],
      globalSetup: '<rootDir>/test/setup/start-postgres.mjs',
      globalTeardown: '<rootDir>/test/setup/stop-postgres.mjs',
    },
  ],
  maxWorkers: 2,
  testTimeout: 60_000,
};
