import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startCapturingGraph } from '../support/capturing-graph.ts'
import { startGatewayProcess as start } from '../support/start-gateway-process.ts'
import { eventually, startPair } from '../support/start-pair.ts'

test('ten kills in the middle of sends: what was answered is stored, nothing went up twice, nothing stays undecided', async () => {
  await using graph = await startCapturingGraph()
  graph.answers(async (request) => {
    await new Promise((resolve) => setTimeout(resolve, 5))
    return graph.accept(request)
  })
  const dataDir = mkdtempSync(join(tmpdir(), 'fairlead-kill-'))
  const accepted: string[] = []
  for (let kill = 0; kill < 10; kill += 1) {
    const { child, url, key } = await start(graph.url, dataDir)
    const clients = Array.from({ length: 8 }, async (_, client) => {
      for (let turn = 0; ; turn += 1) {
        const mark = `${kill}-${client}-${turn}`
        const body = JSON.stringify({ to: `1555000${kill}${client}`, type: 'text', text: { body: mark } })
        const answer = await fetch(`${url}/meta/whatsapp/v24.0/106540352242922/messages`, {
          method: 'POST',
          headers: { 'x-api-key': key },
          body,
        })
          .then(async (response) => ({ status: response.status, text: await response.text() }))
          .catch(() => null)
        if (!answer) return
        if (answer.status === 200) accepted.push(mark)
      }
    })
    await eventually(async () => accepted.length >= (kill + 1) * 6)
    await new Promise((resolve) => setTimeout(resolve, kill * 10))
    child.kill('SIGKILL')
    await Promise.all(clients)
  }
  // Three minutes later no process that may have lived beside it can still be at a send.
  const last = await start(graph.url, dataDir, { minutes: 3 })
  const states = await last.states()
  last.child.kill('SIGKILL')
  rmSync(dataDir, { recursive: true, force: true })

  const marks = graph.requests
    .filter(({ method }) => method === 'POST')
    .map(({ body }) => JSON.parse(body.toString()).text.body as string)
  expect(accepted.length).toBeGreaterThan(50)
  expect(new Set(marks).size).toBe(marks.length)
  for (const mark of accepted) expect(marks).toContain(mark)
  expect(states.intent ?? 0).toBe(0)
  expect(states.accepted ?? 0).toBeGreaterThanOrEqual(accepted.length)
  expect(states.in_doubt ?? 0).toBeLessThanOrEqual(10 * 8)
}, 60_000)

test('a key whose request was waiting when its process ended is free again, and the request goes out once', async () => {
  await using graph = await startCapturingGraph()
  const dataDir = mkdtempSync(join(tmpdir(), 'fairlead-kill-'))
  const ask = async ({ url, key }: { url: string; key: string }, body: string, own = {}) => {
    const answer = await fetch(`${url}/meta/whatsapp/v24.0/106540352242922/messages`, {
      method: 'POST',
      headers: { 'x-api-key': key, ...own },
      body: JSON.stringify({ to: '15551234567', type: 'text', text: { body } }),
    }).catch(() => null)
    return answer && { status: answer.status, json: (await answer.json()) as { code?: string } }
  }
  const keyed = { 'idempotency-key': 'k' }
  const first = await start(graph.url, dataDir)
  // Never answered, so that the next message to the same person waits for its turn.
  graph.answers(() => new Promise(() => {}))
  const ahead = ask(first, 'ahead')
  await eventually(async () => graph.requests.some(({ method }) => method === 'POST'))
  const waiting = ask(first, 'waiting', keyed)
  await eventually(async () => (await ask(first, 'waiting', keyed))?.json.code === 'idempotency_key_in_use')
  first.child.kill('SIGKILL')
  expect([await ahead, await waiting]).toEqual([null, null])

  graph.answers(graph.accept)
  const second = await start(graph.url, dataDir)
  await eventually(async () => (await ask(second, 'waiting', keyed))?.status === 200)
  second.child.kill('SIGKILL')
  rmSync(dataDir, { recursive: true, force: true })
  const sent = graph.requests.filter(({ method }) => method === 'POST').map(({ body }) => JSON.parse(String(body)))
  expect(sent.map(({ text }) => text.body)).toEqual(['ahead', 'waiting'])
}, 60_000)

test('two sends to one recipient at once: both are taken, in order', async () => {
  await using pair = await startPair()
  const bodies = ['one', 'two', 'three', 'four']
  const answers = await Promise.all(
    bodies.map((body) => pair.send({ to: '12025550142', type: 'text', text: { body } })),
  )
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200])
  const sends = await pair.gateway.context.store.db.query
    .selectFrom('sends')
    .select(['id', 'settled_at'])
    .orderBy('id')
    .execute()
  for (const [index, send] of sends.entries()) {
    expect(send.settled_at ?? 0).toBeLessThan(sends[index + 1]?.id ?? Number.POSITIVE_INFINITY)
  }
})
