import * as fs from 'node:fs';
import { clusterOf } from '#postgres/src/embedded-files.js';
import type { Disk } from './finding.js';
import type { Settings } from './settings/settings.js';

/** The data folder's, and the embedded database's where that is another. */
export function disksOf({ dataFolder, database }: Settings): Disk[] {
  const free = (path: string) => {
    const { bavail, bsize } = fs.statfsSync(path);
    return bavail * bsize;
  };
  const own = { of: 'the data folder', path: dataFolder, free: free(dataFolder) };
  const cluster = database ? undefined : clusterOf(dataFolder);
  if (cluster === undefined || !fs.existsSync(cluster)) return [own];
  if (fs.statSync(cluster).dev === fs.statSync(dataFolder).dev) return [{ ...own, holdsDatabase: true }];
  return [own, { of: 'the database', path: cluster, free: free(cluster), holdsDatabase: true }];
}
