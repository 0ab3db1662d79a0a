import { type Compilable, type Kysely, type RawBuilder, sql } from 'kysely'
import type { Db, Value } from './db.ts'
import type { Tables } from './tables.ts'

/** The named arguments of a statement, each standing where its value will go. */
export type Args<A> = { readonly [K in keyof A]: RawBuilder<A[K]> }

class Placeholder {
  readonly name: string
  constructor(name: string) {
    this.name = name
  }
}

const placeholders = new Proxy({}, { get: (_target, name) => sql`${new Placeholder(String(name))}` })

/** `values` with a gap at each of `slots`, where the argument of that name goes. */
type Compiled = { sql: string; values: Value[]; slots: Array<{ at: number; name: string }> }

/**
 * A query built once for each connection and then run by swapping its values in: as quick as SQL written by hand, and
 * still one text for every engine, checked against the tables' types.
 */
export function statement<A, R>(
  build: (query: Kysely<Tables>, args: Args<A>) => Compilable<R>,
): (db: Db, args: A) => Promise<R[]> {
  const compiledFor = new WeakMap<object, Compiled>()
  return (db, args) => {
    let compiled = compiledFor.get(db.query)
    if (!compiled) {
      // Every name is answered with its placeholder, so the empty proxy is a complete set of arguments.
      compiled = compile(build(db.query, placeholders as Args<A>))
      compiledFor.set(db.query, compiled)
    }
    const named = args as Record<string, Value>
    const values = compiled.values.slice()
    for (const { at, name } of compiled.slots) {
      const given = named[name]
      if (given === undefined) throw new Error(`statement argument ${name} is missing`)
      values[at] = given
    }
    // The builder's own type says what the rows hold.
    return db.execute(compiled.sql, values) as Promise<R[]>
  }
}

function compile(query: Compilable<unknown>): Compiled {
  const { sql: text, parameters } = query.compile()
  const slots = parameters.flatMap((value, at) => (value instanceof Placeholder ? [{ at, name: value.name }] : []))
  return {
    sql: text,
    // What is not a placeholder was written out by the query itself.
    values: parameters.map((value) => (value instanceof Placeholder ? null : (value as Value))),
    slots,
  }
}
