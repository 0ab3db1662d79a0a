import { expect, test } from 'vitest'
import { manualClock, systemClock } from '../../src/lib/clock.ts'
import { ensureProject } from '../../src/store/commands/ensure-project.ts'
import { startCapturingGraph } from '../support/capturing-graph.ts'
import { metaSays, statusOf } from '../support/meta-says.ts'
import { makeKey, NUMBER, startGateway } from '../support/start-gateway.ts'
import { eventually } from '../support/start-pair.ts'

const text = (body: string, to = '15551234567') => ({ to, type: 'text', text: { body } })

async function start(clock = systemClock) {
  const graph = await startCapturingGraph()
  const gateway = await startGateway({ graphUrl: graph.url, clock })
  const sends = () => graph.requests.filter(({ method }) => method === 'POST').length
  const send = (body: object, headers: Record<string, string> = {}) =>
    gateway.call('POST', `${gateway.meta}/${NUMBER}/messages`, body, { 'x-api-key': gateway.api_key, ...headers })
  return {
    graph,
    gateway,
    sends,
    send,
    async lose(body: object, headers: Record<string, string> = {}) {
      graph.answers('reset')
      const lost = await send(body, headers)
      expect(lost.status).toBe(502)
      graph.answers(graph.accept)
      return { id: String(lost.headers.get('fairlead-send-id')), request: graph.requests.at(-1) }
    },
    show: async (id: string, key = gateway.api_key) =>
      (await gateway.call('GET', `/fairlead/v1/sends/${id}`, undefined, { 'x-api-key': key })).json.data,
    resolve: (id: string, resolve: unknown, key = gateway.api_key) =>
      gateway.call('POST', `/fairlead/v1/sends/${id}/resolve`, { resolve }, { 'x-api-key': key }),
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]()
      await graph[Symbol.asyncDispose]()
    },
  }
}

test('sent again by decision: a new send takes over, also under the key; both are there to be seen', async () => {
  await using pair = await start()
  const say = await metaSays(pair.gateway)
  const keyed = { 'idempotency-key': 'k' }
  const { id, request } = await pair.lose(text('Hello'), keyed)
  const decided = await pair.resolve(id, 'resend')
  expect(decided.status).toBe(200)
  expect(decided.json).toMatchObject({
    data: { id, state: 'unresolved', resolution: 'resend' },
    resend: { state: 'accepted', resend_of: id, idempotency_key: 'k' },
  })
  expect(pair.sends()).toBe(2)
  const [first, second] = pair.graph.requests.slice(-2).map(({ body }) => JSON.parse(body.toString()))
  expect(second.text).toEqual(first.text)
  expect(second.biz_opaque_callback_data).not.toBe(first.biz_opaque_callback_data)
  const again = await pair.send(text('Hello'), keyed)
  expect([again.status, again.headers.get('fairlead-send-id')]).toEqual([
    200,
    (decided.json.resend as { id: string }).id,
  ])

  // The customer got both: that is told, not hidden.
  await say(statusOf(request, 'wamid.LATE'))
  expect(await pair.show(id)).toMatchObject({
    state: 'accepted',
    message_id: 'wamid.LATE',
    resolution: 'resend',
    resends: [(decided.json.resend as { id: string }).id],
  })
})

test('sent again while Meta is away, or refuses: nothing went out, so the doubt is open as before, and its key taken', async () => {
  await using pair = await start()
  const keyed = { 'idempotency-key': 'k' }
  const { id } = await pair.lose(text('Hello'), keyed)
  for (const [status, code] of [
    [400, 131056],
    [401, 190],
    [400, 131047],
  ]) {
    pair.graph.answers({ status: Number(status), body: { error: { message: 'no', code } } })
    const refused = await pair.resolve(id, 'resend')
    expect([refused.status, refused.json]).toMatchObject([
      200,
      { data: { state: 'unresolved', resolution: null }, resend: { state: 'rejected' } },
    ])
    const again = await pair.send(text('Hello'), keyed)
    expect([again.status, again.json.code, again.headers.get('fairlead-outcome')]).toEqual([
      409,
      'outcome_in_doubt',
      'unresolved',
    ])
  }
  pair.graph.answers(pair.graph.accept)
  expect((await pair.resolve(id, 'resend')).json).toMatchObject({ resend: { state: 'accepted', resend_of: id } })
  expect((await pair.send(text('Hello'), keyed)).status).toBe(200)
  expect((await pair.resolve(id, 'resend')).status).toBe(409)
})

test('what a repeat is told to do next fits what can still happen', async () => {
  await using pair = await start()
  const advice = async (key: string) => (await pair.send(text(key), { 'idempotency-key': key })).json.next_steps
  await pair.lose(text('traced'), { 'idempotency-key': 'traced' })
  expect(await advice('traced')).toMatch(/a status webhook will tell/)
  const { id } = await pair.lose(text('given up'), { 'idempotency-key': 'given up' })
  await pair.resolve(id, 'abandon')
  expect(await advice('given up')).toMatch(/given up on by decision.*another key/)
  await pair.gateway.call('PATCH', `/fairlead/v1/phone_numbers/${NUMBER}`, { trace_sends: false })
  await pair.lose(text('untraced'), { 'idempotency-key': 'untraced' })
  expect(await advice('untraced')).toMatch(/No status is expected to tell: decide at send_url/)
})

test('given up by decision: nothing waits any longer, the key is not sent under again, a late status still counts', async () => {
  await using pair = await start()
  const say = await metaSays(pair.gateway)
  const keyed = { 'idempotency-key': 'k' }
  const { id, request } = await pair.lose(text('Hello'), keyed)
  const decided = await pair.resolve(id, 'abandon')
  expect([decided.status, decided.json.resend]).toEqual([200, null])
  expect(await pair.show(id)).toMatchObject({ state: 'unresolved', resolution: 'abandon' })
  const again = await pair.send(text('Hello'), keyed)
  expect([again.status, again.json.code]).toEqual([409, 'outcome_in_doubt'])
  expect(pair.sends()).toBe(1)
  expect((await pair.send(text('Hello'))).status).toBe(200)
  expect(pair.sends()).toBe(2)
  await say(statusOf(request, 'wamid.LATE'))
  expect((await pair.send(text('Hello'), keyed)).json).toMatchObject({ messages: [{ id: 'wamid.LATE' }] })
  expect(await pair.show(id)).toMatchObject({ state: 'accepted', resolution: 'abandon' })
})

test('a decision is made once, about doubts only, and by those whose send it is', async () => {
  await using pair = await start()
  const { context } = pair.gateway
  const { id } = await pair.lose(text('Hello'))
  const project = await context.store.write(ensureProject, { name: 'other' })
  const stranger = await makeKey(pair.gateway, 'project', project.id)
  expect((await pair.resolve(id, 'resend', stranger)).status).toBe(404)
  expect((await pair.resolve(id, 'perhaps')).status).toBe(400)
  expect((await pair.resolve('01939a3e-7c00-7abc-8def-0123456789ab', 'resend')).status).toBe(404)
  const answers = await Promise.all(Array.from({ length: 4 }, () => pair.resolve(id, 'resend', pair.gateway.admin_key)))
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409])
  expect(pair.sends()).toBe(2)
  const accepted = await pair.send(text('Fine'))
  expect((await pair.resolve(String(accepted.headers.get('fairlead-send-id')), 'resend')).status).toBe(409)
  expect(pair.sends()).toBe(3)
})

test('doubts are listed, newest first and page by page', async () => {
  await using pair = await start()
  const ids: string[] = []
  for (const body of ['a', 'b', 'c']) ids.unshift((await pair.lose(text(body))).id)
  await pair.send(text('fine'))
  const list = async (query: string) => (await pair.gateway.call('GET', `/fairlead/v1/sends${query}`)).json
  const first = (await list('?limit=2')) as { data: Array<{ id: string }>; next: string }
  expect(first.data.map(({ id }) => id)).toEqual(ids.slice(0, 2))
  const rest = (await list(`?limit=2&after=${first.next}`)) as typeof first
  expect([rest.data.map(({ id }) => id), rest.next]).toEqual([ids.slice(2), null])
  await pair.resolve(ids[0] ?? '', 'abandon')
  expect((await list('?state=unresolved')).data).toEqual([])
  expect((await list('?state=unresolved&decided=true')).data).toMatchObject([{ id: ids[0] }])
  expect((await list('?state=in_doubt')).data).toHaveLength(2)
  expect((await list(`?phone_number_id=${NUMBER}&decided=true`)).data).toHaveLength(3)
  for (const query of ['?state=accepted', '?limit=0', '?after=x', '?phone_number_id=1']) {
    expect((await pair.gateway.call('GET', `/fairlead/v1/sends${query}`)).status).toBeGreaterThanOrEqual(400)
  }
})

test('at its deadline a doubt is unresolved, and a status that comes later is still believed', async () => {
  const clock = manualClock(systemClock.now())
  await using pair = await start(clock)
  const say = await metaSays(pair.gateway)
  const { id, request } = await pair.lose(text('Hello'))
  await clock.advance(9 * 60_000)
  expect(await pair.show(id)).toMatchObject({ state: 'in_doubt' })
  await clock.advance(70_000)
  await eventually(async () => {
    await clock.advance(5_000)
    return ((await pair.show(id)) as { state: string }).state === 'unresolved'
  })
  // Nor is it sent again by itself, however long nobody decides.
  for (let minute = 0; minute < 30; minute += 1) await clock.advance(60_000)
  expect(pair.sends()).toBe(1)
  await say(statusOf(request, 'wamid.LATE'))
  expect(await pair.show(id)).toMatchObject({ state: 'accepted', message_id: 'wamid.LATE' })
})

test('with our id switched off the bytes go up as they came, and only a decision or the deadline ends a doubt', async () => {
  await using pair = await start()
  const say = await metaSays(pair.gateway)
  await pair.gateway.call('PATCH', `/fairlead/v1/phone_numbers/${NUMBER}`, { trace_sends: false })
  const body = '{ "to":"15551234567","type":"text","text":{"body":"Hello"} }'
  pair.graph.answers('reset')
  const lost = await pair.gateway.call('POST', `${pair.gateway.meta}/${NUMBER}/messages`, body)
  expect(pair.graph.requests.at(-1)?.body.toString()).toBe(body)
  const id = String(lost.headers.get('fairlead-send-id'))
  await say(statusOf(pair.graph.requests.at(-1), 'wamid.UNKNOWN'))
  expect(await pair.show(id)).toMatchObject({ state: 'in_doubt', traceable: false })
})

test('a number that is not connected any more is not sent from', async () => {
  await using pair = await start()
  const { id } = await pair.lose(text('Hello'))
  await pair.gateway.call('DELETE', `/platform/v1/whatsapp/phone_numbers/${NUMBER}`)
  expect((await pair.resolve(id, 'resend')).status).toBe(409)
  expect(await pair.show(id)).toMatchObject({ state: 'in_doubt', phone_number_id: null })
  expect((await pair.resolve(id, 'abandon')).status).toBe(200)
})
