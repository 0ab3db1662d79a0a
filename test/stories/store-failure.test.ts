import { createHmac } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { saveMetaApp } from '../../src/access/save-meta-app.ts'
import { startCapturingGraph } from '../support/capturing-graph.ts'
import { NUMBER, startGateway } from '../support/start-gateway.ts'

const text = { to: '15551234567', type: 'text', text: { body: 'x' } }

test('a send whose intent cannot be stored does not go up', async () => {
  await using graph = await startCapturingGraph()
  await using gateway = await startGateway({ graphUrl: graph.url })
  const send = () => gateway.call('POST', `${gateway.meta}/${NUMBER}/messages`, text)
  expect((await send()).status).toBe(200)
  graph.requests.length = 0
  await gateway.context.store.close()
  const answer = await send()
  expect([answer.status, answer.json]).toEqual([500, { error: 'Something went wrong here. It has been logged.' }])
  expect(graph.requests).toEqual([])
})

test('once Meta has said yes, a result that cannot be stored turns nothing into an error', async () => {
  await using graph = await startCapturingGraph()
  await using gateway = await startGateway({ graphUrl: graph.url })
  graph.answers(async (request) => {
    await gateway.context.store.close()
    return graph.accept(request)
  })
  const answer = await gateway.call('POST', `${gateway.meta}/${NUMBER}/messages`, text)
  expect([answer.status, answer.headers.get('fairlead-outcome')]).toEqual([200, 'accepted'])
})

test('a webhook that cannot be stored is not acknowledged, so that Meta sends it again', async () => {
  await using graph = await startCapturingGraph()
  await using gateway = await startGateway({ graphUrl: graph.url })
  const number = await gateway.context.numbers.byPhoneNumberId(NUMBER)
  await saveMetaApp(gateway.context, number?.project_id ?? 0, { slug: 'default', app_secret: 's', verify_token: 't' })
  const body = '{"object":"whatsapp_business_account","entry":[]}'
  const signature = `sha256=${createHmac('sha256', 's').update(body).digest('hex')}`
  const post = () => gateway.call('POST', '/webhooks/meta', body, { 'x-hub-signature-256': signature })
  expect((await post()).status).toBe(200)
  await gateway.context.understood()
  await gateway.context.store.close()
  expect((await post()).status).toBe(500)
})

test('with another master key tokens cannot be read: sends are refused by name, nothing goes up, the rest works', async () => {
  await using graph = await startCapturingGraph()
  const dataDir = mkdtempSync(join(tmpdir(), 'fairlead-rekeyed-'))
  const start = (byte: number) =>
    startGateway({
      graphUrl: graph.url,
      env: { FAIRLEAD_DATA_DIR: dataDir, FAIRLEAD_MASTER_KEY: Buffer.alloc(32, byte).toString('base64') },
    })
  {
    await using gateway = await start(1)
    expect((await gateway.call('POST', `${gateway.meta}/${NUMBER}/messages`, text)).status).toBe(200)
  }
  graph.requests.length = 0
  await using gateway = await start(2)
  const refused = await gateway.call('POST', `${gateway.meta}/${NUMBER}/messages`, text)
  expect([refused.status, refused.json.error]).toEqual([503, expect.stringContaining('FAIRLEAD_MASTER_KEY')])
  expect((await gateway.call('GET', '/platform/v1/whatsapp/phone_numbers')).status).toBe(200)
  expect(graph.requests).toEqual([])
  rmSync(dataDir, { recursive: true, force: true })
})
