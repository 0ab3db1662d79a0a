import { badParam, GraphError } from '../../graph-error.ts'
import type { App, State } from '../../state.ts'
import { SCOPES } from '../../state.ts'
import { frameOf, type OpenCall } from '../call.ts'

/**
 * GET /oauth/access_token: a code for a token, or the app's own token. Ours: every code is good, but one that begins with
 * `expired` or `used`.
 */
export function grantToken(call: OpenCall): unknown {
  const { state, ids, now } = call.simulation
  const frame = frameOf(call)
  const app = checkClient(state, frame.at('client_id').value, frame.at('client_secret').value)
  if (frame.at('grant_type').value === 'client_credentials') return answer(`${app.id}|${app.secret}`)
  const code = frame.at('code').text({ missing: 100 })
  if (code.startsWith('expired')) throw badCode(36007, 'This authorization code has expired.')
  if (code.startsWith('used')) throw badCode(36009, 'This authorization code has been used.')
  const token = `EAA${ids.opaque(60)}`
  const account_ids = accountsOf(state, app)
  state.tokens.set(token, { token, app_id: app.id, account_ids, scopes: [...SCOPES], issued_at: now() })
  return answer(token)
}

function checkClient(state: State, id: unknown, secret: unknown): App {
  if (id === undefined) throw new GraphError(400, { message: 'Missing client_id parameter.', code: 101 })
  const app = state.apps.get(String(id))
  const unknown = 'Error validating application. Cannot get application info due to a system error.'
  if (!app) throw new GraphError(400, { message: unknown, code: 101 })
  if (secret === undefined) throw badParam('The parameter client_secret is required.')
  if (app.secret !== secret) throw new GraphError(400, { message: 'Error validating client secret.', code: 1 })
  return app
}

/** Every account that a token of this app sees. */
function accountsOf({ tokens }: State, app: App): string[] {
  const ofApp = [...tokens.values()].filter(({ app_id }) => app_id === app.id)
  return [...new Set(ofApp.flatMap(({ account_ids }) => account_ids))]
}

function answer(access_token: string) {
  return { access_token, token_type: 'bearer' }
}

function badCode(error_subcode: number, message: string): GraphError {
  return new GraphError(400, { message, code: 100, error_subcode })
}
