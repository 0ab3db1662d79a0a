import type { Kysely } from 'kysely'
import type { Ids } from '../lib/ids.ts'
import type { Tables } from './tables.ts'

export type Value = string | number | Uint8Array | null

/** A connection to read from. `query` builds a query each time; a hot one is a `statement`, built once. */
export type Db = {
  query: Kysely<Tables>
  execute(sql: string, parameters: readonly Value[]): Promise<Row[]>
}

/** The connection inside a command: what is written through it commits with the rest of its batch. */
export type Tx = Db & { ids: Ids; readonly write: true }

export type Row = Record<string, unknown>
