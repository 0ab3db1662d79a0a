import type { FastifyRequest } from 'fastify'
import { GraphError, messagingError, sessionExpired } from '../graph-error.ts'
import type { Simulation } from '../simulation.ts'
import { SCOPES, type State, type Token } from '../state.ts'

/** Meta rule: the token comes first. As `Bearer`, as `OAuth`, or as the query's `access_token`. */
export function tokenOf(simulation: Simulation, request: FastifyRequest, query: URLSearchParams): Token {
  const header = /^(?:Bearer|OAuth)\s+(.*)$/i.exec(request.headers.authorization ?? '')
  const given = header?.[1]?.trim() || query.get('access_token')
  if (!given) throw new GraphError(401, { message: 'An access token is required to request this resource.', code: 104 })
  const token = simulation.state.tokens.get(given) ?? appToken(simulation.state, given)
  const failure = token ? failureOf(token, simulation.now()) : unparsable()
  if (failure || !token) throw new GraphError(401, failure ?? unparsable())
  if (!simulation.state.apps.has(token.app_id)) throw messagingError(200)
  return token
}

/** Meta rule: `{app id}|{app secret}` is a token of the app itself; it sees the app and no account. */
export function appToken({ apps }: State, given: string): Token | undefined {
  const [app_id = '', secret] = given.split('|')
  if (secret === undefined || apps.get(app_id)?.secret !== secret) return undefined
  return { token: given, app_id, account_ids: [], scopes: [...SCOPES], issued_at: 0 }
}

type TokenFailure = { message: string; code: number; error_subcode?: number }

export function unparsable(): TokenFailure {
  return { message: 'Invalid OAuth access token - Cannot parse access token', code: 190 }
}

/** Why a known token is no longer good, as Meta says it; undefined while it is. `now`: microseconds. */
export function failureOf(token: Token, now: number): TokenFailure | undefined {
  if (token.invalidated) {
    const message =
      'Error validating access token: The session has been invalidated because the user changed their password or Facebook has changed the session for security reasons.'
    return { message, code: 190, error_subcode: 467 }
  }
  if (token.expires_at === undefined || token.expires_at > now) return undefined
  const message = sessionExpired(token.expires_at, now)
  return { message, code: 190, error_subcode: 463 }
}
