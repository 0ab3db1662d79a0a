import type { Migration } from 'kysely/migration'
import { first } from './001-first.ts'
import { graphObjects } from './002-graph-objects.ts'
import { sendOutcomes } from './003-send-outcomes.ts'

/** In the order in which they run. A migration that has been released never changes. */
export const migrations: Record<string, Migration> = {
  '001-first': first,
  '002-graph-objects': graphObjects,
  '003-send-outcomes': sendOutcomes,
}
