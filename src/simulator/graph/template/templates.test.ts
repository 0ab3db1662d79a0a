import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTemplateOn, TEMPLATES_EDGE } from '../../testing/create-template.ts'
import { ACCOUNT, startTestSimulator, type TestSimulator, testWorld } from '../../testing/test-simulator.ts'

let simulator: TestSimulator
beforeAll(async () => {
  simulator = await startTestSimulator()
})
afterAll(() => simulator[Symbol.asyncDispose]())

type Json = Record<string, unknown>
const create = (more: Json, on = simulator) => createTemplateOn(on, more)

const body = () => ({ type: 'BODY', text: 'Your order is ready.' })
const otp = () => ({ type: 'OTP', otp_type: 'COPY_CODE' })
const authentication = (...components: unknown[]) => ({ category: 'AUTHENTICATION', components })

test('a review ends with a webhook: approved, or rejected by name', async () => {
  await using own = await startTestSimulator()
  const good = (await create({ name: 'order_ready' }, own)).body
  const bad = (await create({ name: 'reject_me' }, own)).body
  const message = { type: 'template', template: { name: 'order_ready', language: { code: 'en_US' } } }
  expect((await own.send(message)).body.error.code).toBe(132001)
  await own.clock.advance(3000)
  expect((await own.send(message)).status).toBe(200)
  const bodies = (await own.receiver.waitFor(2)).map(({ raw }) => JSON.parse(raw).entry[0])
  expect(bodies).toContainEqual({
    id: ACCOUNT,
    time: 1_790_000_003,
    changes: [
      {
        field: 'message_template_status_update',
        value: {
          event: 'APPROVED',
          message_template_id: Number(good.id),
          message_template_name: 'order_ready',
          message_template_language: 'en_US',
          reason: 'NONE',
          message_template_category: 'UTILITY',
        },
      },
    ],
  })
  const read = await own.graph('GET', `/${bad.id}?fields=status,rejected_reason`)
  expect(read.body).toEqual({ status: 'REJECTED', rejected_reason: 'INVALID_FORMAT', id: bad.id })
})

test('the list is filtered, paged and summed up', async () => {
  await using own = await startTestSimulator()
  for (const name of ['a', 'b', 'c', 'd', 'e']) await create({ name, language: name === 'c' ? 'pt_BR' : 'en_US' }, own)
  const names = async (query: string) => {
    const { body } = await own.graph('GET', `${TEMPLATES_EDGE}?${query}`)
    return body.data.map((template: { name: string }) => template.name).join('')
  }
  expect(await names('')).toBe('edcba')
  expect(await names('name=c')).toBe('c')
  expect(await names('language=pt_BR')).toBe('c')
  expect(await names('status=pending&limit=2')).toBe('ed')
  expect(await names('status=APPROVED')).toBe('')
  expect(await names('category=utility')).toBe('edcba')
  expect(await names('content=order')).toBe('edcba')

  const first = (await own.graph('GET', `${TEMPLATES_EDGE}?limit=2&fields=name`)).body
  expect(first.data[0]).toEqual({ name: 'e', id: expect.any(String) })
  expect(first.paging).toEqual({
    cursors: { before: expect.any(String), after: expect.any(String) },
    next: expect.any(String),
  })
  const second = (await own.graph('GET', first.paging.next.replace(/^.*\/v24\.0/, ''))).body
  expect(second.data.map((one: { name: string }) => one.name)).toEqual(['c', 'b'])
  const back = (await own.graph('GET', second.paging.previous.replace(/^.*\/v24\.0/, ''))).body
  expect(back.data).toEqual(first.data)
  expect((await own.graph('GET', `${TEMPLATES_EDGE}?after=nonsense`)).body.error.code).toBe(131059)
  expect((await own.graph('GET', `${TEMPLATES_EDGE}?limit=x`)).body.error.code).toBe(100)
  expect((await own.graph('GET', `${TEMPLATES_EDGE}?fields=colour`)).body.error.code).toBe(100)

  const summed = (await own.graph('GET', `${TEMPLATES_EDGE}?limit=1&summary=total_count,message_template_limit`)).body
  expect(summed.summary).toEqual({ total_count: 5, message_template_limit: 6000 })
})

test('a template carries its keys, and what WhatsApp makes of a one-time code', async () => {
  const { id } = (
    await create(
      authentication({ type: 'BODY', add_security_recommendation: true }, { type: 'BUTTONS', buttons: [otp()] }),
    )
  ).body
  expect((await simulator.graph('GET', `/${id}`)).body).toEqual({
    name: expect.any(String),
    parameter_format: 'POSITIONAL',
    language: 'en_US',
    status: 'PENDING',
    category: 'AUTHENTICATION',
    id,
    components: [
      {
        type: 'BODY',
        text: '*{{1}}* is your verification code. For your security, do not share this code.',
        add_security_recommendation: true,
      },
      { type: 'BUTTONS', buttons: [expect.objectContaining({ type: 'URL', text: 'Copy code' })] },
    ],
  })
})

test('templates are deleted by name, by id with name, or by ids; a deleted name is blocked for 30 days', async () => {
  await using own = await startTestSimulator()
  const remove = (query: string) => own.graph('DELETE', `${TEMPLATES_EDGE}?${query}`)
  const [one, two, three, four] = await Promise.all([
    create({ name: 'a' }, own),
    create({ name: 'a', language: 'pt_BR' }, own),
    create({ name: 'b' }, own),
    create({ name: 'c' }, own),
  ])
  expect((await create({ name: 'a' }, own)).body.error.error_subcode).toBe(2388024)
  expect((await remove(`hsm_id=${two.body.id}&name=a`)).body).toEqual({ success: true })
  expect((await own.graph('GET', `/${two.body.id}`)).body.error.error_subcode).toBe(33)
  expect((await own.graph('GET', `/${one.body.id}`)).status).toBe(200)
  expect((await remove('name=a')).body).toEqual({ success: true })
  expect((await remove('name=a')).body.error.code).toBe(100)
  expect((await remove('')).body.error.code).toBe(100)
  expect((await remove(`hsm_ids=["${three.body.id}","${four.body.id}"]`)).body).toEqual({ success: true })
  expect((await own.graph('GET', TEMPLATES_EDGE)).body.data).toEqual([])
  expect((await create({ name: 'a' }, own)).body.error.error_subcode).toBe(2388023)
  await own.clock.advance(30 * 24 * 3600_000)
  expect((await create({ name: 'a' }, own)).status).toBe(200)
})

test.each([
  [false, 249, 200],
  [false, 250, 2388019],
  [true, 250, 200],
])('an account, verified: %s, with %i templates answers another one with %i', async (verified, count, expected) => {
  const world = testWorld(
    Array.from({ length: count }, (_, index) => ({
      name: `t${index}`,
      language: 'en_US',
      category: 'UTILITY',
      components: [body()],
    })),
  )
  for (const account of world.accounts) account.verified = verified
  await using own = await startTestSimulator({ world })
  const { status, body: answer } = await create({}, own)
  expect(status === 200 ? 200 : answer.error.error_subcode).toBe(expected)
})

test('once approved, a media header shows an address in the place of its handle', async () => {
  await using own = await startTestSimulator()
  const header = { type: 'HEADER', format: 'IMAGE', example: { header_handle: ['4::aW'] } }
  const { body: created } = await create({ name: 'photo', components: [header, body()] }, own)
  const handle = async () =>
    (await own.graph('GET', `/${created.id}?fields=components`)).body.components[0].example.header_handle
  expect(await handle()).toEqual(['4::aW'])
  await own.clock.advance(3000)
  expect(await handle()).toEqual([expect.stringMatching(/^https:\/\/scontent/)])
})

test('a deletion is told: at once, or when nothing of the template can be under way any more', async () => {
  await using own = await startTestSimulator()
  const events = () =>
    own.receiver.deliveries
      .map(({ raw }) => JSON.parse(raw).entry[0].changes[0].value)
      .filter(({ event }) => event?.includes('DELET'))
      .map(({ event, reason }) => [event, reason])
  await create({ name: 'unused' }, own)
  const used = (await create({ name: 'used', components: [{ type: 'BODY', text: 'On its way to you.' }] }, own)).body
  await own.control('POST', '/clock/advance', { ms: 3000 })
  await own.graph('DELETE', `${TEMPLATES_EDGE}?name=unused`)
  await own.send({ type: 'template', template: { name: 'used', language: { code: 'en_US' } } })
  await own.graph('DELETE', `${TEMPLATES_EDGE}?name=used`)
  await own.control('POST', '/clock/advance', { ms: 30 * 86_400_000 - 1 })
  expect(events()).toEqual([
    ['DELETED', 'NONE'],
    ['PENDING_DELETION', null],
  ])
  expect((await own.graph('GET', `/${used.id}`)).body.status).toBe('PENDING_DELETION')
  await own.control('POST', '/clock/advance', { ms: 1 })
  expect(events().at(-1)).toEqual(['DELETED', 'NONE'])
  expect((await own.graph('GET', `/${used.id}`)).status).toBe(400)
})
