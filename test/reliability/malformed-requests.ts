import { createHmac } from 'node:crypto'
import type { Seeded } from '../support/seeded.ts'
import { ACCOUNT, APP_SECRET, NUMBER } from '../support/start-gateway.ts'
import { goodForm, type OddBody, oddForm, oddJson } from './malformed-bodies.ts'
import {
  isProxy,
  type Oddity,
  oddFraming,
  oddHeader,
  oddMethod,
  oddPath,
  oddQuery,
  type Parts,
  type Route,
  writeRequest,
} from './malformed-heads.ts'

/**
 * One request, byte for byte. `upstream`: whether Meta may hear of it. `broken`: it breaks HTTP itself, so that the
 * connection may end without an answer. `finish`: our side closes behind the last byte.
 */
export type OddRequest = {
  what: string
  route: Route
  bytes: Buffer
  upstream: 'never' | 'may'
  broken: boolean
  finish: boolean
  head: boolean
}

/** A number that may be changed. */
export const SPARE = '106540352242933'

const OBJECT = '990011223344551'
const EDGES = ['settings', 'register', 'an_edge_of_tomorrow', 'assets', 'participants', 'messages', 'conversations']

/** A route without the base that it stands under. */
const kindOf = ({ method, path }: Route) =>
  `${method} ${path.replace(/^\/(meta\/whatsapp|api\/meta)(\/v\{version\})?/, '')}`

const isIntake = ({ path }: Route) => path.startsWith('/webhooks/')
const isSend = ({ path }: Route) => /\/(messages|marketing_messages)$/.test(path)

/** A request with one thing wrong in it, for any route. `keys`: a project's and an admin's. */
export function oddRequest(random: Seeded, routes: Route[], keys: { project: string; admin: string }): OddRequest {
  // First what is asked for, then under which of its bases, so that what has only one base comes as often.
  const kinds = Map.groupBy(routes, kindOf)
  const route = random.pick(kinds.get(random.pick([...kinds.keys()])) ?? routes)
  const good = goodRequest(random, route, keys)
  const makers: Array<() => Oddity> = [() => oddPath(random, good), () => oddQuery(random, route, good)]
  makers.push(
    () => oddHeader(random, good),
    () => oddMethod(random, route, routes, good),
    () => oddFraming(random, good),
  )
  // Bodies are where most can go wrong.
  if (good.body) for (let more = 0; more < 5; more += 1) makers.push(() => oddBody(random, route, good))
  const { what, change, refused, write } = random.pick(makers)()
  const changed = { ...good, ...change }
  const parts =
    isIntake(route) && changed.body ? { ...changed, headers: signed(changed.headers, changed.body.bytes) } : changed
  return {
    what: `${route.method} ${route.path} with ${what}`,
    route,
    bytes: (write ?? writeRequest)(parts),
    upstream: refused || isIntake(route) ? 'never' : 'may',
    broken: write !== undefined || parts.method === 'CONNECT',
    finish: write !== undefined,
    head: parts.method === 'HEAD',
  }
}

/** What the route would take. */
function goodRequest(random: Seeded, route: Route, keys: { project: string; admin: string }): Parts {
  // What all others need stays: the number is not changed, nor is the app of the webhooks given another secret.
  const spare = route.method === 'DELETE' ? random.digits(15) : SPARE
  const values: Record<string, () => string> = {
    version: () => random.pick(['24.0', '19.0', '1.0']),
    phone_number_id: () => (route.path.startsWith('/platform') ? spare : NUMBER),
    business_account_id: () => ACCOUNT,
    template_id: () => OBJECT,
    id: () => random.pick([NUMBER, ACCOUNT, OBJECT, 'Y2FwaV9ncm91cDoxMjM0NTY3']),
    edge: () => random.pick(route.path.includes('{item}') ? ['message_qrdls'] : EDGES),
    item: () => '4O4YGZEG3RIVE1',
    app: () => 'default',
    slug: () => `app-${random.digits(3)}`,
  }
  const target = route.path.replace(/\{(\w+)\}/g, (_all, name: string) => (values[name] ?? (() => 'x'))())
  const key = route.path.startsWith('/fairlead/') ? keys.admin : keys.project
  const headers: Array<[string, string]> = [
    ['host', 'gateway'],
    ['connection', 'close'],
  ]
  if (!isIntake(route)) headers.push(['x-api-key', key])
  return { method: route.method, target, headers, body: goodBody(random, route) }
}

function goodBody(random: Seeded, route: Route): OddBody | null {
  if (route.method === 'GET' || (route.method === 'DELETE' && !route.path.endsWith('/block_users'))) return null
  if (route.path.endsWith('/media')) return goodForm()
  const bytes = Buffer.from(JSON.stringify(goodJson(random, route)))
  return { what: 'a body', bytes, contentType: 'application/json', refused: false }
}

function goodJson(random: Seeded, { path }: Route): Record<string, unknown> {
  if (isIntake({ method: '', path })) return goodWebhook(random)
  if (path.endsWith('/api_keys'))
    return { name: 'k', kind: 'project', project: 'default', expires_at: '2030-01-01T00:00:00Z' }
  if (path.includes('/meta_apps/')) return { app_secret: 'a', verify_token: 'b' }
  if (path.startsWith('/platform/')) return { whatsapp_phone_number: goodNumber(random) }
  if (path.endsWith('/message_templates'))
    return { name: 'order', language: 'en_US', category: 'UTILITY', components: [{ type: 'BODY', text: 'x' }] }
  if (path.endsWith('/block_users')) return { block_users: [{ user: '15551234567' }] }
  if (isSend({ method: '', path })) {
    return {
      messaging_product: 'whatsapp',
      recipient_type: 'individual',
      to: `1555${random.digits(7)}`,
      type: 'text',
      text: { body: 'x', preview_url: false },
      context: { message_id: 'wamid.A' },
      biz_opaque_callback_data: 'order-7',
      messaging_account_id: ACCOUNT,
    }
  }
  return { name: 'x', categories: ['OTHER'], pin: '123456' }
}

const goodNumber = (random: Seeded) => ({
  name: 'Another',
  phone_number_id: random.digits(15),
  business_account_id: ACCOUNT,
  access_token: `EAAJB-${random.digits(12)}`,
  kind: 'production',
  inbound_processing_enabled: true,
  calls_enabled: false,
})

function goodWebhook(random: Seeded): Record<string, unknown> {
  const timestamp = '1760000000'
  const value = {
    messaging_product: 'whatsapp',
    metadata: { display_phone_number: '15550001111', phone_number_id: NUMBER },
    contacts: [{ wa_id: '15551234567', profile: { name: 'Marta' } }],
    messages: [
      {
        id: `wamid.${random.digits(9)}`,
        from: '15551234567',
        timestamp,
        type: 'image',
        image: { id: random.digits(9), mime_type: 'image/png', sha256: 'x' },
      },
    ],
    statuses: [
      {
        id: `wamid.${random.digits(9)}`,
        status: 'delivered',
        timestamp,
        recipient_id: '15551234567',
        biz_opaque_callback_data: 'mine',
        pricing: { billable: true },
      },
    ],
  }
  return { object: 'whatsapp_business_account', entry: [{ id: ACCOUNT, changes: [{ field: 'messages', value }] }] }
}

function signed(headers: Parts['headers'], body: Buffer): Parts['headers'] {
  if (headers.some(([name]) => name === 'x-hub-signature-256')) return headers
  return [...headers, ['x-hub-signature-256', `sha256=${createHmac('sha256', APP_SECRET).update(body).digest('hex')}`]]
}

function oddBody(random: Seeded, route: Route, good: Parts): Oddity {
  const asForm = route.path.endsWith('/media') || (isProxy(route) && random.below(4) === 0)
  const body = asForm ? oddForm(random) : oddJson(random, JSON.parse(good.body?.bytes.toString() ?? '{}'))
  // A send takes no form at all, and nothing else may be larger than 1 MB but a flow.
  const tooLarge = !asForm && body.bytes.length > 1024 * 1024 && !route.path.endsWith('/flows')
  const empty = !asForm && body.what === 'nothing' && isSend(route)
  const orders = body.what === 'orders to Graph' && isProxy(route) && !isSend(route)
  return {
    what: body.what,
    change: { body },
    refused: body.refused || (asForm && isSend(route)) || tooLarge || empty || orders,
  }
}
