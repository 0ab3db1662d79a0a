import { graphErrorCode } from '../meta/graph-error.ts'
import type { Outcome } from './outcome.ts'

/** Refusals that pass: too many requests of one kind or another, an account in maintenance, a token that is being renewed. */
const PASSING_CODES = new Set([4, 190, 80007, 130429, 131056, 131057])

/**
 * Whether the client's key is free again after this outcome, so that the same request may be tried once more (ours):
 * nothing was sent, and the reason passes. Accepted and refused for good are the only last words for a key; while the
 * outcome is in doubt it stays taken.
 */
export function releasesKey(outcome: Outcome): boolean {
  if (outcome.state === 'not_sent') return true
  if (outcome.state !== 'rejected') return false
  const { status, body } = outcome.answer
  if (status === 401 || status === 429) return true
  const code = graphErrorCode(body)
  return code !== null && PASSING_CODES.has(code)
}
