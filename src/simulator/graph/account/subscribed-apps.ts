import { badParam, GraphError } from '../../graph-error.ts'
import { isWebUrl } from '../../messages/media-object.ts'
import { Param } from '../../param.ts'
import type { Simulation } from '../../simulation.ts'
import { type Account, known, type Override } from '../../state.ts'
import { verifyCallback } from '../../webhooks/verify-callback.ts'
import { type GraphCall, parametersOf } from '../call.ts'

const URL_LIMIT = 200

/** GET /{waba_id}/subscribed_apps */
export function listSubscribedApps({ simulation }: GraphCall, { account }: { account: Account }): unknown {
  const data = account.subscribed_apps.map(({ app_id, override }) => {
    const { id, name } = known(simulation.state.apps, app_id)
    const link = `https://www.facebook.com/games/?app_id=${id}`
    return {
      whatsapp_business_api_data: { id, link, name },
      ...(override ? { override_callback_uri: override.override_callback_uri } : {}),
    }
  })
  return { data }
}

/** POST /{waba_id}/subscribed_apps: subscribes the token's app; a plain call clears its override. */
export async function subscribeApp(call: GraphCall, { account }: { account: Account }): Promise<unknown> {
  const { app_id } = call.token
  const parameters = parametersOf(call)
  const given = parameters.override_callback_uri !== undefined
  const override = given ? await checkOverride(call.simulation, new Param(parameters, '')) : undefined
  const others = account.subscribed_apps.filter((one) => one.app_id !== app_id)
  account.subscribed_apps = [...others, override ? { app_id, override } : { app_id }]
  return { success: true }
}

/** DELETE /{waba_id}/subscribed_apps */
export function unsubscribeApp({ token }: GraphCall, { account }: { account: Account }): unknown {
  account.subscribed_apps = account.subscribed_apps.filter(({ app_id }) => app_id !== token.app_id)
  return { success: true }
}

/** Meta rule: a callback of its own is verified before it counts. Throws 2200 when the handshake fails. */
export async function checkOverride(simulation: Simulation, frame: Param): Promise<Override> {
  const url = frame.at('override_callback_uri')
  const override_callback_uri = url.text({ max: URL_LIMIT, missing: 100 })
  if (!isWebUrl(override_callback_uri)) throw badParam(`Param ${url.path} is not a valid URI.`)
  const verify_token = frame.at('verify_token').text({ missing: 100 })
  await verifyOrRefuse(simulation, override_callback_uri, verify_token)
  return { override_callback_uri, verify_token }
}

export async function verifyOrRefuse(simulation: Simulation, url: string, token: string): Promise<void> {
  const failure = await verifyCallback(simulation, url, token)
  if (failure) throw new GraphError(400, { message: failure, code: 2200 })
}
