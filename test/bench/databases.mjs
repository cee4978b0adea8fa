// Several databases on one PostgreSQL: copies of a ledger, so that contenders begin with the same.
import { ask } from './server.mjs';

/** A copy of a ledger's database, or of part of it; nobody may be connected to that one. Answers the owner's connection. */
export async function copyDatabase(owner, name) {
  const beside = { ...owner, database: 'postgres' };
  await ask(beside, `create database ${name} template ${owner.database}`, 'checkpoint');
  return { ...owner, database: name };
}

export const dropDatabase = (owner) =>
  ask({ ...owner, database: 'postgres' }, `drop database ${owner.database} with (force)`);

/** As a setting says it. */
export const urlOf = ({ user, password, host, port, database }) =>
  `postgres://${user}:${encodeURIComponent(password)}@${host}:${port}/${database}`;
