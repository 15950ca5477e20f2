import type { CompiledQuery, QueryResult } from 'kysely';

import type { LedgerDatabase } from './tables.ts';

/** Stands in a query that is compiled once for what is known only when it runs. */
class Placeholder {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/**
 * A query that is built and compiled once for each database, and then only given its values: for the few that every bundle runs,
 * because building one costs more than running it. `build` names each value by itself, and uses it only where a
 * parameter may stand.
 */
export function compiledOnce<Row, Values extends { readonly [Key in keyof Values]: string | number | null }>(
  build: (db: LedgerDatabase, value: Values) => { compile(): CompiledQuery<Row> },
): (db: LedgerDatabase, values: Values) => Promise<QueryResult<Row>> {
  // Every transaction is a database handle of its own; the adapter is the one thing that they share.
  const compiled = new WeakMap<object, CompiledQuery<Row>>();
  const placeholders = new Proxy({}, { get: (_target, name) => new Placeholder(String(name)) }) as Values;
  return async (db, values) => {
    const { adapter } = db.getExecutor();
    const query = compiled.get(adapter) ?? build(db, placeholders).compile();
    compiled.set(adapter, query);
    const parameters = query.parameters.map((given) =>
      given instanceof Placeholder ? values[given.name as keyof Values] : given,
    );
    return db.executeQuery({ ...query, parameters });
  };
}
