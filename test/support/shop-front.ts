import type { startPair } from './start-pair.ts'

type Pair = Awaited<ReturnType<typeof startPair>>

const body = (text: string, example?: string[]) => ({
  type: 'BODY',
  text,
  ...(example && { example: { body_text: [example] } }),
})
const header = (format: string) => ({ type: 'HEADER', format, example: { header_handle: ['4::aW'] } })
const buttons = (...list: object[]) => ({ type: 'BUTTONS', buttons: list })
const reply = (text: string) => ({ type: 'QUICK_REPLY', text })

/** The templates that the examples of docs/messages.md send. */
const TEMPLATES = [
  {
    name: 'invoice_due',
    category: 'UTILITY',
    components: [
      header('DOCUMENT'),
      body('Your invoice over {{1}} is to be paid by {{2}} please.', ['€ 25.00', '1 March']),
      buttons(
        { type: 'URL', text: 'See', url: 'https://example.com/{{1}}', example: ['https://example.com/INV-7'] },
        reply('Paid'),
      ),
    ],
  },
  {
    name: 'where_to_find_us',
    category: 'UTILITY',
    components: [{ type: 'HEADER', format: 'LOCATION' }, body('This is where you find us.')],
  },
  {
    name: 'weekend_offer',
    category: 'MARKETING',
    components: [
      header('IMAGE'),
      { type: 'LIMITED_TIME_OFFER', limited_time_offer: { text: 'Ends soon', has_expiration: true } },
      body('A quarter off everything this weekend.'),
      buttons(
        { type: 'COPY_CODE', example: 'SAVE25' },
        { type: 'URL', text: 'Shop', url: 'https://example.com/{{1}}', example: ['https://example.com/sale'] },
      ),
    ],
  },
  {
    name: 'new_arrivals',
    category: 'MARKETING',
    components: [
      body('New this week in our shop.'),
      {
        type: 'CAROUSEL',
        cards: ['Shoes', 'Hats'].map((text) => ({
          components: [header('IMAGE'), body(`${text} in all sizes.`), buttons(reply('More'))],
        })),
      },
    ],
  },
]

const FLOW = {
  name: 'book_table',
  categories: ['APPOINTMENT_BOOKING'],
  flow_json: JSON.stringify({ version: '7.0', screens: [{ id: 'BOOK', title: 'Book a table' }] }),
  publish: true,
}

/** Makes, through the gateway, what the examples of docs/messages.md name: templates, a flow, a group. */
export async function furnish(pair: Pair) {
  const account = `/${pair.business_account_id}`
  for (const template of TEMPLATES) {
    await taken(pair.call('POST', `${account}/message_templates`, { language: 'en_US', ...template }))
  }
  const flow_id: string = (await taken(pair.call('POST', `${account}/flows`, FLOW))).id
  await taken(
    pair.call('POST', `/${pair.phone_number_id}/groups`, { messaging_product: 'whatsapp', subject: 'Regulars' }),
  )
  await pair.control('POST', '/clock/advance', { ms: 10_000 })
  const { json } = await pair.call('GET', `/${pair.phone_number_id}/groups`)
  const group_id: string = json.data.groups[0].id
  const joined = await pair.control('POST', `/groups/${group_id}/participants`, { wa_id: '15551234567' })
  if (joined.status !== 201) throw new Error(joined.text)
  return { group_id, flow_id }
}

async function taken(asked: ReturnType<Pair['call']>): Promise<{ id: string }> {
  const { status, text, json } = await asked
  if (status !== 200) throw new Error(text)
  return json
}
