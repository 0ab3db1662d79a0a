import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ACCOUNT, NUMBER, startSimulatedMeta } from '../support/start-simulated-meta.ts'

const SAMPLES = join(import.meta.dirname, '..', '..', '..', 'shared', 'samples')
const CUSTOMER = '15551234567'

type Meta = Awaited<ReturnType<typeof startSimulatedMeta>>
type Published = { file: string; class?: string; well_formed_envelope?: boolean }

const writes =
  (type: string, content: unknown, more = {}) =>
  (meta: Meta) =>
    meta.customerWrites(CUSTOMER, { type, [type]: content, ...more })
const control = (method: string, path: string, body: unknown) => (meta: Meta) => meta.control(method, path, body)
const sends = async (meta: Meta, to = CUSTOMER) => {
  await meta.customerWrites(CUSTOMER, { type: 'text', text: { body: 'Hi' } })
  await meta.graph('POST', `/${NUMBER}/messages`, {
    messaging_product: 'whatsapp',
    to,
    type: 'text',
    text: { body: 'a' },
  })
}
const TEMPLATE = {
  name: 'w',
  language: 'en_US',
  category: 'UTILITY',
  components: [{ type: 'BODY', text: 'Hello you.' }],
}
const createTemplate = async (meta: Meta) => {
  const { json } = await meta.graph('POST', `/${ACCOUNT}/message_templates`, TEMPLATE)
  await meta.advance(5000)
  return json.id as string
}
const reply = (type: string, content: unknown) =>
  writes('interactive', { type, [type]: content }, { context: { id: 'wamid.x' } })
const referral = {
  source_url: 'https://fb.me/1',
  source_id: '1',
  source_type: 'ad',
  body: 'b',
  headline: 'h',
  media_type: 'image',
  image_url: 'https://example.com/a.jpg',
  ctwa_clid: 'c',
  welcome_message: { text: 'w' },
}
const contact = {
  name: { formatted_name: 'A B', first_name: 'A', last_name: 'B' },
  phones: [{ phone: '1', wa_id: '1', type: 'HOME' }],
  org: { company: 'C' },
}
const location = { latitude: 1, longitude: 2, name: 'n', address: 'a', url: 'https://example.com' }
const order = {
  catalog_id: '1',
  text: 't',
  product_items: [{ product_retailer_id: '1', quantity: 1, item_price: 1, currency: 'USD' }],
}

/** How the newest webhook of each published class comes about. */
const classes: Record<string, (meta: Meta) => Promise<unknown>> = {
  'messages/inbound:text': writes('text', { body: 'a' }),
  'messages/inbound:text+referral': writes('text', { body: 'a' }, { referral }),
  'messages/inbound:image': writes('image', { caption: 'c' }),
  'messages/inbound:audio': writes('audio', {}),
  'messages/inbound:video': writes('video', { caption: 'c' }),
  'messages/inbound:document': writes('document', { caption: 'c' }),
  'messages/inbound:sticker': writes('sticker', {}),
  'messages/inbound:location': writes('location', location),
  'messages/inbound:contacts': writes('contacts', [contact]),
  'messages/inbound:button': writes('button', { text: 'Yes' }, { context: { id: 'wamid.x' } }),
  'messages/inbound:interactive.button_reply': reply('button_reply', { id: '1', title: 't' }),
  'messages/inbound:interactive.list_reply': reply('list_reply', { id: '1', title: 't', description: 'd' }),
  'messages/inbound:order': writes('order', order),
  'messages/inbound:reaction': writes('reaction', { message_id: 'wamid.x', emoji: '👍' }),
  'messages/inbound:unsupported+errors': writes('unsupported', { type: 'edit' }),
  'messages/inbound:revoke': writes('revoke', { original_message_id: 'wamid.x' }),
  'messages/inbound:system': control('POST', `/customers/${CUSTOMER}/number`, {
    phone_number_id: NUMBER,
    wa_id: '15550001111',
  }),
  'messages/status:sent': async (meta) => {
    await sends(meta)
    await meta.advance(300)
  },
  'messages/status:delivered': async (meta) => {
    await sends(meta)
    await meta.advance(700)
  },
  'messages/status:failed+errors': async (meta) => {
    await sends(meta, '15559990000')
    await meta.advance(5000)
  },
  user_preferences: control('PATCH', `/customers/${CUSTOMER}`, { opted_out: [NUMBER] }),
  business_capability_update: control('PATCH', `/accounts/${ACCOUNT}`, { tier: 'TIER_10K' }),
  'account_update:ACCOUNT_RESTRICTION': control('PATCH', `/accounts/${ACCOUNT}`, { condition: 'restricted' }),
  'phone_number_quality_update:THROUGHPUT_UPGRADE': async (meta) => {
    await meta.control('PATCH', `/phone_numbers/${NUMBER}`, { throughput: 'HIGH' })
    await meta.advance(60_000)
  },
  'message_template_status_update:APPROVED': createTemplate,
  template_category_update: async (meta) => {
    await meta.control('PATCH', `/templates/${await createTemplate(meta)}`, { category: 'MARKETING' })
    await meta.advance(0)
  },
  phone_number_name_update: async (meta) => {
    await meta.graph('POST', `/${NUMBER}`, { new_display_name: 'Another' })
    await meta.advance(5000)
  },
  'flows:FLOW_STATUS_CHANGE': async (meta) => {
    const flow_json = JSON.stringify({ version: '7.0', screens: [{ id: 'A' }] })
    await meta.graph('POST', `/${ACCOUNT}/flows`, { name: 'f', categories: ['OTHER'], flow_json, publish: true })
    await meta.advance(1000)
  },
  calls: control('POST', `/customers/${CUSTOMER}/calls`, { phone_number_id: NUMBER }),
}

/** Published and not ours, or ours and not published, each with its reason. */
const TOLERATED = [
  // Samples of before July 2025.
  'statuses[].pricing.type',
  // Since v24 only within a free entry point.
  'statuses[].conversation.id',
  'statuses[].conversation.expiration_timestamp',
  'statuses[].conversation.origin.type',
  // The guide's names of v24; the sample still has the older one.
  'max_phone_numbers_per_waba',
  'max_phone_numbers_per_business',
  'max_daily_conversations_per_business',
  // Of calling alone.
  'phone_number',
]

function paths(value: unknown, path = '', found = new Set<string>()): Set<string> {
  if (Array.isArray(value)) for (const item of value) paths(item, `${path}[]`, found)
  else if (typeof value === 'object' && value !== null) {
    for (const [key, member] of Object.entries(value)) paths(member, path ? `${path}.${key}` : key, found)
  } else found.add(path)
  return found
}

function samplesOf(name: string): Set<string>[] {
  const all: Published[] = JSON.parse(readFileSync(join(SAMPLES, 'index.json'), 'utf8'))
  return all
    .filter(({ file, class: of }) => of === name && file.startsWith('webhooks/'))
    .map(({ file }) => paths(JSON.parse(readFileSync(join(SAMPLES, file), 'utf8'))))
}

/** What one has and the other has not, without what is tolerated. */
function difference(mine: Set<string>, theirs: Set<string>): string[] {
  const all = [...mine].filter((path) => !theirs.has(path)).concat([...theirs].filter((path) => !mine.has(path)))
  return all.map((path) => path.replace('entry[].changes[].value.', '')).filter((path) => !TOLERATED.includes(path))
}

test.skipIf(!existsSync(SAMPLES)).each(Object.keys(classes))('%s has the members that Meta publishes', async (name) => {
  await using meta = await startSimulatedMeta()
  await meta.subscribe()
  await classes[name]?.(meta)
  const mine = paths(JSON.parse(meta.received.at(-1)?.raw ?? ''))
  const differences = samplesOf(name).map((sample) => difference(mine, sample))
  // Equal to one of the samples of its class.
  expect(differences.sort((a, b) => a.length - b.length)[0]).toEqual([])
})
