import type { Context } from '../context.ts'
import { ApiError } from '../errors.ts'
import { claimKey, type KeyState, releaseKey } from '../store/commands/idempotency-keys.ts'
import { untilStored } from './until-stored.ts'

/** Longest key that a client may give. Characters (ours, as in the trade). */
const LIMIT = 255

/**
 * The client's key from the values of `Idempotency-Key`; null when there is none.
 * @throws ApiError bad_request
 */
export function readKey(values: string[] | undefined): string | null {
  if (values === undefined || values.length === 0) return null
  const [key = ''] = values
  if (values.length > 1) throw new ApiError('bad_request', '(#100) The header Idempotency-Key is given twice.')
  if (key.length === 0) throw new ApiError('bad_request', '(#100) The header Idempotency-Key is empty.')
  if (key.length > LIMIT) {
    throw new ApiError('bad_request', `(#100) The header Idempotency-Key is longer than ${LIMIT} characters.`)
  }
  if (!/^[\x20-\x7e]+$/.test(key)) {
    throw new ApiError('bad_request', '(#100) The header Idempotency-Key takes printable ASCII characters only.')
  }
  return key
}

/** A request under a client's key. `path`: of the request, without version. `fingerprint`: SHA-256 of it, hex. */
export type KeyedRequest = { project_id: number; path: string; key: string; fingerprint: string }

/** A key that is the caller's to go on with. */
export type Claim = { project_id: number; key: string; claim: number }

/** What a key stands for, when it is not for nothing yet. */
type Known = Extract<KeyState, { kind: 'send' | 'answered' }>

/**
 * Takes the key for this request, or tells what came of the request that took it before.
 * @throws ApiError idempotency_key_reused for another request, idempotency_key_in_use while the first one is running
 */
export async function takeKey(
  { store }: Context,
  { project_id, path, key, fingerprint }: KeyedRequest,
): Promise<Claim | Known> {
  const scoped = { project_id, key: `POST ${path} ${key}` }
  const state = await store.write(claimKey, { ...scoped, fingerprint, started: store.started })
  if (state.kind === 'claimed') return { ...scoped, claim: state.claim }
  if (state.kind === 'other_request') {
    throw new ApiError('idempotency_key_reused', 'This Idempotency-Key was used for a different request.', {
      code: 'idempotency_key_reused',
      next_steps: 'Give every message a key of its own, and repeat a message with the same body.',
    })
  }
  if (state.kind === 'running') throw keyInUse()
  return state
}

/** The request that has this key has not ended yet. */
export const keyInUse = () =>
  new ApiError('idempotency_key_in_use', 'A request with this Idempotency-Key is still running. Retry shortly.', {
    code: 'idempotency_key_in_use',
    headers: { 'retry-after': '1' },
  })

/** Gives a key back under which nothing was begun. When the database is away, as soon as it is back. */
export async function giveBack(context: Context, claim: Claim): Promise<void> {
  await untilStored(context, () => context.store.write(releaseKey, claim), 'a key could not be given back')
}
