import { badParam } from '../../graph-error.ts'
import { isWebUrl } from '../../messages/media-object.ts'
import { Param } from '../../param.ts'
import type { App } from '../../state.ts'
import { verifyOrRefuse } from '../account/subscribed-apps.ts'
import { type GraphCall, parametersOf } from '../call.ts'
import { selectFields } from '../fields.ts'

/** GET /{app_id} */
export function readApp({ query }: GraphCall, { app }: { app: App }): unknown {
  const fields = {
    id: () => app.id,
    name: () => app.name,
    link: () => `https://www.facebook.com/games/?app_id=${app.id}`,
  }
  return selectFields({ type: 'Application', byDefault: ['id', 'name', 'link'], fields }, query.get('fields'))
}

/** GET /{app_id}/subscriptions */
export function readSubscriptions(_call: GraphCall, { app }: { app: App }): unknown {
  if (app.callback_url === undefined) return { data: [] }
  const fields = (app.fields ?? ['messages']).map((name) => ({ name, version: 'v24.0' }))
  return { data: [{ object: 'whatsapp_business_account', callback_url: app.callback_url, active: true, fields }] }
}

/** POST /{app_id}/subscriptions: where the app's webhooks go, and which fields it takes. */
export async function subscribeFields(call: GraphCall, { app }: { app: App }): Promise<unknown> {
  const frame = new Param(parametersOf(call), '')
  if (!frame.at('object').given) throw frame.at('object').missing(100)
  frame.at('object').oneOf(['whatsapp_business_account'])
  const url = frame.at('callback_url').text({ missing: 100 })
  if (!isWebUrl(url)) throw badParam('Param callback_url is not a valid URI.')
  const token = frame.at('verify_token').text({ missing: 100 })
  const fields = frame.at('fields').given ? namesOf(frame.at('fields')) : null
  await verifyOrRefuse(call.simulation, url, token)
  app.callback_url = url
  app.verify_token = token
  app.fields = fields
  return { success: true }
}

// A list, or names with commas between them; newer samples have objects with a name.
function namesOf(fields: Param): string[] {
  if (typeof fields.value === 'string') return fields.value.split(',').map((name) => name.trim())
  return fields.list(100).map((field) => (typeof field.value === 'string' ? field.value : field.at('name').text()))
}
