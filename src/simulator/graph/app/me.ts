import { createHash } from 'node:crypto'
import { type App, known } from '../../state.ts'
import type { GraphCall } from '../call.ts'
import { selectFields } from '../fields.ts'

/** GET /me: whom the token belongs to. */
export function readMe({ simulation, token, query }: GraphCall): unknown {
  const { id, name } = systemUser(known(simulation.state.apps, token.app_id))
  const fields = { id: () => id, name: () => name }
  return selectFields({ type: 'User', byDefault: ['name', 'id'], fields }, query.get('fields'))
}

/** Ours: an app has one system user, and it is the same one in every run. */
export function systemUser({ id, name }: App): { id: string; name: string } {
  const digest = createHash('sha256').update(`system user of ${id}`).digest()
  return { id: String(100_000_000_000_000n + (digest.readBigUInt64BE() % 800_000_000_000_000n)), name: `${name} user` }
}
