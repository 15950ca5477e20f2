import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { CompiledQuery, type DatabaseConnection } from 'kysely';
import { expect, onTestFinished, test } from 'vitest';

import { GroupCommitDriver } from '../../../adapters/ledger/group-commit-driver.ts';
import { openSqlite } from '../../../adapters/ledger/open-sqlite.ts';
import { SqliteStatements } from '../../../adapters/ledger/sqlite-statements.ts';

async function openDriver(): Promise<GroupCommitDriver> {
  const directory = await mkdtemp(join(tmpdir(), 'carryover-turns-'));
  const database = await openSqlite(join(directory, 'turns.sqlite'));
  database.exec('create table parent (id integer primary key)');
  database.exec('create table child (id integer references parent (id) deferrable initially deferred)');
  const driver = new GroupCommitDriver(new SqliteStatements(database));
  onTestFinished(async () => {
    await driver.destroy();
    await rm(directory, { recursive: true, force: true });
  });
  return driver;
}

const run = (connection: DatabaseConnection, sql: string) => connection.executeQuery(CompiledQuery.raw(sql));

async function begun(driver: GroupCommitDriver): Promise<DatabaseConnection> {
  const connection = await driver.acquireConnection();
  await driver.beginTransaction(connection);
  return connection;
}

test('a turn that is handed over is not taken by one who comes at that very moment', async () => {
  const driver = await openDriver();
  const first = await driver.acquireConnection();
  const turns: string[] = [];
  const waiting = driver.acquireConnection().finally(() => turns.push('the one who waited'));
  void driver.releaseConnection(first);
  const late = driver.acquireConnection().finally(() => turns.push('the one who came late'));
  const second = await waiting;
  await new Promise((resolve) => setImmediate(resolve));
  expect(turns).toEqual(['the one who waited']);
  await driver.releaseConnection(second);
  await driver.releaseConnection(await late);
});

test('going back after a commit that failed leaves the transaction alone that has its turn meanwhile', async () => {
  const driver = await openDriver();
  const broken = await begun(driver);
  await run(broken, 'insert into child values (7)');
  await expect(driver.commitTransaction(broken)).rejects.toThrow('FOREIGN KEY');

  const next = await begun(driver);
  await run(next, 'insert into parent values (1)');
  // What kysely does when a commit throws.
  await driver.rollbackTransaction(broken);
  await driver.releaseConnection(broken);
  await driver.commitTransaction(next);
  await driver.releaseConnection(next);

  const reader = await driver.acquireConnection();
  expect((await run(reader, 'select id from parent union all select id from child')).rows).toHaveLength(1);
  await driver.releaseConnection(reader);
});
