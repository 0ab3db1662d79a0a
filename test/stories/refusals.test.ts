import { expect, test } from 'vitest'
import { startPair } from '../support/start-pair.ts'

const CUSTOMER = '15551234567'
const x = (length: number) => 'x'.repeat(length)
const interactive = (type: string, action: object, more: object = {}) => ({
  type: 'interactive',
  interactive: { type, body: { text: 'x' }, action, ...more },
})
const button = (id: string, title = id) => ({ type: 'reply', reply: { id, title } })
const rows = (count: number, more: object = {}) =>
  Array.from({ length: count }, (_, index) => ({ id: `r${index}`, title: `t${index}`, ...more }))
const list = (sections: object[], label = 'Open') => interactive('list', { button: label, sections })
const link = (more: object) =>
  interactive('cta_url', { name: 'cta_url', parameters: { display_text: 'Open', url: 'https://example.com', ...more } })
const template = (parameters: object[], name = 'order_ready_named') => ({
  type: 'template',
  template: { name, language: { code: 'en_US' }, components: [{ type: 'body', parameters }] },
})

/** Each is one past a limit of Meta's, or otherwise what Meta refuses. */
const REFUSED: Array<[string, object]> = [
  ['a text of 4097', { type: 'text', text: { body: x(4097) } }],
  ['a text without body', { type: 'text', text: {} }],
  ['a text that is a number', { type: 'text', text: { body: 7 } }],
  ['a caption of 1025', { type: 'image', image: { link: 'https://example.com/a.jpg', caption: x(1025) } }],
  [
    'an image with id and link',
    { type: 'image', image: { id: '1037001122334455', link: 'https://example.com/a.jpg' } },
  ],
  ['an image with an unknown id', { type: 'image', image: { id: '1037001122334455' } }],
  ['four buttons', interactive('button', { buttons: ['a', 'b', 'c', 'd'].map((id) => button(id)) })],
  ['a button title of 21', interactive('button', { buttons: [button('a', x(21))] })],
  ['a body of 1025', interactive('button', { buttons: [button('a')] }, { body: { text: x(1025) } })],
  ['a footer of 61', interactive('button', { buttons: [button('a')] }, { footer: { text: x(61) } })],
  ['a header of 61', interactive('button', { buttons: [button('a')] }, { header: { type: 'text', text: x(61) } })],
  ['eleven rows', list([{ rows: rows(11) }])],
  ['a row description of 73', list([{ rows: rows(1, { description: x(73) }) }])],
  ['a list button of 21', list([{ rows: rows(1) }], x(21))],
  ['a display text of 21', link({ display_text: x(21) })],
  ['an address that is none', link({ url: 'example' })],
  ['a location request with another name', interactive('location_request_message', { name: 'send_place' })],
  [
    'an unknown product',
    interactive('catalog_message', { name: 'catalog_message', parameters: { thumbnail_product_retailer_id: 'NONE' } }),
  ],
  ['an unknown template', template([], 'no_such_template')],
  ['a missing variable', template([])],
  ['an unknown type', { type: 'no_such_type' }],
  ['an unknown key', { type: 'text', text: { body: 'x', colour: 'red' } }],
]

test.each(REFUSED)(
  '%s: Meta’s refusal comes back as Meta words it, and is recorded as refused',
  async (_name, message) => {
    await using pair = await startPair()
    await pair.customerSays(CUSTOMER, 'Hi')
    const through = await pair.send({ to: CUSTOMER, ...message })
    const direct = await pair.call(
      'POST',
      `${pair.simulator_url}/v24.0/${pair.phone_number_id}/messages`,
      { messaging_product: 'whatsapp', to: CUSTOMER, ...message },
      { authorization: `Bearer ${pair.simulator_access_token}` },
    )
    expect(through.status).toBeGreaterThanOrEqual(400)
    expect(through.status).toBeLessThan(500)
    expect(through.status).toBe(direct.status)
    const withoutTrace = ({ error: { fbtrace_id, ...error } }: { error: Record<string, unknown> }) => error
    expect(withoutTrace(through.json)).toEqual(withoutTrace(direct.json))
    expect(through.headers.get('fairlead-outcome')).toBe('rejected')
    const { db } = pair.gateway.context.store
    expect(await db.query.selectFrom('sends').select('state').execute()).toEqual([{ state: 'rejected' }])
    expect((await pair.phone(CUSTOMER)).filter(({ direction }) => direction === 'received')).toEqual([])
  },
)

test('a body without messaging_product, or for nobody, is Meta’s to refuse', async () => {
  await using pair = await startPair()
  await pair.customerSays(CUSTOMER, 'Hi')
  const path = `/${pair.phone_number_id}/messages`
  for (const body of [
    { to: CUSTOMER, type: 'text', text: { body: 'x' } },
    { messaging_product: 'whatsapp', type: 'text', text: { body: 'x' } },
  ]) {
    const answer = await pair.call('POST', path, body)
    expect([answer.status, answer.json.error.code]).toEqual([400, 100])
  }
})

test('templates: by id as Meta knows it, deleted by id alone, and not by nonsense', async () => {
  await using pair = await startPair()
  const base = `/${pair.business_account_id}/message_templates`
  const { json } = await pair.call('GET', `${base}?limit=1`)
  expect(json.data).toHaveLength(1)
  expect(json.paging.next.startsWith(`${pair.meta}${base}?`)).toBe(true)
  expect((await pair.call('GET', json.paging.next)).json.data).toHaveLength(1)
  const [{ id, name }] = json.data
  expect((await pair.call('GET', `${base}/${id}`)).json).toMatchObject({ id, name })
  expect((await pair.call('GET', `/${id}`)).json).toMatchObject({ id, name })
  const nonsense = await pair.call('GET', `${base}/abc`)
  expect([nonsense.status, nonsense.json]).toEqual([400, { error: 'invalid template_id' }])
  expect((await pair.call('POST', base, '[]')).status).toBe(400)
  expect((await pair.call('DELETE', `${base}?hsm_id=${id}`)).json).toEqual({ success: true })
  expect((await pair.call('GET', `${base}?name=${name}`)).json.data).toEqual([])
  expect((await pair.call('DELETE', `${base}?name=no_such_template`)).status).toBeGreaterThanOrEqual(400)
})
