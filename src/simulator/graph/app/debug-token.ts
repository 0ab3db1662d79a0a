import { badParam } from '../../graph-error.ts'
import { seconds } from '../../simulation.ts'
import { known, type Token } from '../../state.ts'
import type { GraphCall } from '../call.ts'
import { appToken, failureOf, unparsable } from '../token.ts'
import { systemUser } from './me.ts'

/** GET /debug_token?input_token=: what a token is good for. Meta rule: a bad one is no error of the call. */
export function debugToken({ simulation, token, query }: GraphCall): unknown {
  const { state, now } = simulation
  const input = query.get('input_token')
  if (!input) throw badParam('The parameter input_token is required.')
  const found = state.tokens.get(input) ?? appToken(state, input)
  if (!found) return { data: { error: errorOf(unparsable()), is_valid: false, scopes: [] } }
  if (found.app_id !== token.app_id) throw badParam('The App_id in the input_token did not match the Viewing App')
  const failure = failureOf(found, now())
  const app = known(state.apps, found.app_id)
  return {
    data: {
      app_id: app.id,
      // Meta rule: the app's own token belongs to nobody.
      ...(found.token.includes('|') ? { type: 'APP' } : { type: 'SYSTEM_USER', user_id: systemUser(app).id }),
      application: app.name,
      data_access_expires_at: 0,
      ...(failure ? { error: errorOf(failure) } : {}),
      expires_at: found.expires_at === undefined ? 0 : seconds(found.expires_at),
      is_valid: failure === undefined,
      issued_at: seconds(found.issued_at),
      scopes: found.scopes,
      granular_scopes: granularScopes(found),
    },
  }
}

function errorOf({ code, message, error_subcode }: ReturnType<typeof unparsable>) {
  return { code, message, ...(error_subcode === undefined ? {} : { subcode: error_subcode }) }
}

/** Meta rule: the accounts are named with the permissions that are about accounts. */
function granularScopes({ scopes, account_ids }: Token) {
  return scopes.map((scope) =>
    scope.startsWith('whatsapp_business_') ? { scope, target_ids: account_ids } : { scope },
  )
}
