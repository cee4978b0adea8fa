import { describe } from '@jest/globals';

/**
 * Suites that take minutes: about what few installations have (another engine), drills of the runbook, services under fire
 * and load. They are played with all tests (`npm run test:all`) and by CI; otherwise they are told as not run.
 */
export const playsLong = process.env.ATTEST_TEST_LONG === '1';

export const describeLong = (name: string, tests: () => void): void =>
  (playsLong ? describe : describe.skip)(name, tests);
