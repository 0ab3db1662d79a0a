import { execFile } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { messageKinds } from '../../src/meta/messages/index.ts'
import { startCapturingGraph } from '../support/capturing-graph.ts'
import { startPair } from '../support/start-pair.ts'

const root = join(import.meta.dirname, '..', '..')
const nowhere = mkdtempSync(join(tmpdir(), 'fairlead-nowhere-'))

type Run = { code: number; out: string; err: string }

function run(script: string, args: string[], env: Record<string, string>): Promise<Run> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [join(root, script), ...args],
      { env: { PATH: process.env.PATH ?? '', FAIRLEAD_DATA_DIR: nowhere, ...env } },
      (error, out, err) => resolve({ code: error ? Number(error.code) : 0, out, err }),
    )
  })
}

const fairlead = (args: string[], env: Record<string, string>) => run('bin/fairlead.mjs', args, env)
const list = (env: Record<string, string>, args: string[] = []) =>
  run('scripts/list-platform-phone-numbers.mjs', args, env)

test('the script prints both ids, whatever form the base has, and with no environment beside a running instance', async () => {
  await using pair = await startPair()
  for (const env of [
    { KAPSO_API_BASE_URL: pair.base_url, KAPSO_API_KEY: pair.api_key },
    { KAPSO_API_BASE_URL: `${pair.base_url}/`, KAPSO_API_KEY: pair.api_key },
    { KAPSO_API_BASE_URL: `${pair.base_url}/platform/v1`, KAPSO_API_KEY: pair.api_key },
    { FAIRLEAD_DATA_DIR: pair.dataDir },
  ] as Array<Record<string, string>>) {
    const { code, out } = await list(env)
    expect(code).toBe(0)
    expect(out).toContain(pair.phone_number_id)
    expect(out).toContain(pair.business_account_id)
  }
  const rows = JSON.parse((await list({ FAIRLEAD_DATA_DIR: pair.dataDir }, ['--json'])).out)
  expect(rows).toMatchObject([{ phone_number_id: pair.phone_number_id }])

  const wrong = await list({ KAPSO_API_BASE_URL: pair.base_url, KAPSO_API_KEY: 'wrong' })
  expect([wrong.code, wrong.err]).toEqual([1, 'Invalid or missing API key\n'])
  const down = await list({ KAPSO_API_BASE_URL: 'http://127.0.0.1:1', KAPSO_API_KEY: 'k' })
  expect([down.code, down.err]).toEqual([1, 'http://127.0.0.1:1 cannot be reached. Is it running?\n'])
})

test('fairlead send requests exactly the address that the environment says', async () => {
  await using server = await startCapturingGraph()
  const send = async (env: Record<string, string>) => {
    const { code, out, err } = await fairlead(['send', 'text', '--from', '123456', '--to', '1555', '--body', 'Hi'], {
      KAPSO_API_KEY: 'k',
      ...env,
    })
    expect([code, err]).toEqual([0, ''])
    expect(out).toMatch(/^wamid\./)
    const request = server.requests.at(-1)
    expect(request?.headers['x-api-key']).toBe('k')
    return request?.url
  }
  const base = server.url
  expect(await send({ KAPSO_API_BASE_URL: base })).toBe('/meta/whatsapp/v24.0/123456/messages')
  expect(await send({ KAPSO_META_BASE_URL: `${base}/elsewhere/whatsapp` })).toBe(
    '/elsewhere/whatsapp/v24.0/123456/messages',
  )
  expect(await send({ KAPSO_API_BASE_URL: base, KAPSO_META_GRAPH_VERSION: 'v23.0' })).toBe(
    '/meta/whatsapp/v23.0/123456/messages',
  )
  expect(await send({ KAPSO_META_BASE_URL: `${base}/x/v21.0`, KAPSO_META_GRAPH_VERSION: '25.0' })).toBe(
    '/x/v25.0/123456/messages',
  )
})

const SENDS: Record<string, string[]> = {
  text: ['text', '--body', 'Hello!'],
  image: ['image', '--link', 'https://example.com/photo.jpg', '--caption', 'Your order on its way'],
  template: ['template', '--name', 'order_ready_named', '--param', 'order_id=ORDER-123'],
  'interactive.button': [
    'button',
    '--body',
    'Do you want to confirm your order?',
    '--button',
    'yes=Yes',
    '--button',
    'no=No',
  ],
  'interactive.list': [
    'list',
    '--body',
    'What would you like?',
    '--button-text',
    'View options',
    '--section',
    'Menu',
    '--row',
    'opt_1=Pickup=Ready in 20 minutes',
    '--row',
    'opt_2=Delivery=With you in an hour',
  ],
  'interactive.cta_url': [
    'cta-url',
    '--body',
    'Follow your order.',
    '--url',
    'https://example.com/orders/ORDER-123',
    '--display-text',
    'See order',
  ],
  'interactive.location_request_message': ['location-request', '--body', 'Where shall we deliver?'],
  'interactive.catalog_message': ['catalog', '--body', 'Have a look at what we have.', '--thumbnail', 'SKU_THUMBNAIL'],
}

test('kinds that have a command are sent from flags, and every kind from a file', async () => {
  await using server = await startCapturingGraph()
  const env = { KAPSO_API_BASE_URL: server.url, KAPSO_API_KEY: 'k', FAIRLEAD_PHONE_NUMBER_ID: '123456' }
  const file = join(nowhere, 'body.json')
  await Promise.all(
    Object.entries(SENDS).map(async ([kind, [name = '', ...flags]]) => {
      const example = messageKinds.find((one) => one.kind === kind)?.example
      const dry = await fairlead(['send', name, '--to', '15551234567', ...flags, '--dry-run'], env)
      const body = JSON.parse(dry.out.slice(dry.out.indexOf('\n')))
      expect(body).toEqual({
        messaging_product: 'whatsapp',
        recipient_type: 'individual',
        to: '15551234567',
        ...example,
      })
    }),
  )
  writeFileSync(file, JSON.stringify({ messaging_product: 'whatsapp', to: '1555', type: 'text', text: { body: 'x' } }))
  expect((await fairlead(['send', 'json', '--file', file], env)).code).toBe(0)
  expect(JSON.parse(server.requests.at(-1)?.body.toString() ?? '')).toMatchObject({ to: '1555', text: { body: 'x' } })
  const nothing = await fairlead(['send', 'json', '--file', join(nowhere, 'none.json')], env)
  expect([nothing.code, nothing.err]).toEqual([1, `${join(nowhere, 'none.json')} does not hold JSON.\n`])
})

test('keys, numbers, uploads and refusals on the command line', async () => {
  await using graph = await startCapturingGraph()
  await using pair = await startPair({ env: { FAIRLEAD_GRAPH_URL: graph.url } })
  const env = { FAIRLEAD_DATA_DIR: pair.dataDir }
  const created = await fairlead(['keys', 'create', '--name', 'shop'], env)
  const key = created.out.trim()
  expect(key).toMatch(/^fl_live_[0-9A-Za-z]{36}$/)
  const listed = await fairlead(['keys', 'list'], env)
  expect(listed.out).toContain(`fl_live_…${key.slice(-4)}  shop`)
  expect(listed.out).not.toContain(key)

  const image = join(nowhere, 'a.png')
  writeFileSync(image, Buffer.from('89504e470d0a1a0a', 'hex'))
  const uploaded = await fairlead(['media', 'upload', image], env)
  expect(uploaded.out.trim()).toMatch(/^\d{5,}$/)

  const closed = await fairlead(['send', 'text', '--to', '15551234567', '--body', 'x'], env)
  expect([closed.code, closed.err]).toEqual([
    1,
    'Cannot send non-template messages outside the 24-hour window. Send a WhatsApp template message to reopen the session.\n',
  ])
  const connected = await fairlead(
    [
      'numbers',
      'connect',
      '--phone-number-id',
      '222222222222222',
      '--business-account-id',
      '333333333333333',
      '--name',
      'Second',
    ],
    { ...env, FAIRLEAD_CONNECT_TOKEN: 'a-token-nobody-sees' },
  )
  expect(connected.out + connected.err).not.toContain('a-token-nobody-sees')
  expect(connected.out).toContain('222222222222222')
  expect(graph.requests[0]?.headers.authorization).toBe('Bearer a-token-nobody-sees')
  const id = listed.out.split(' ')[0] ?? ''
  expect((await fairlead(['keys', 'revoke', id], env)).out).toBe('Revoked.\n')
})

test('the first admin key is made in the data folder while Fairlead is stopped, and not beside a running one', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'fairlead-bootstrap-'))
  const env = { FAIRLEAD_DATA_DIR: dataDir }
  const made = await fairlead(['keys', 'bootstrap'], env)
  const key = made.out.trim()
  expect([made.code, key]).toEqual([0, expect.stringMatching(/^fl_admin_[0-9A-Za-z]{36}$/)])
  await using pair = await startPair({ dataDir })
  const listed = await pair.call('GET', `${pair.base_url}/fairlead/v1/api_keys`, undefined, { 'x-api-key': key })
  expect(listed.status).toBe(200)
  expect(listed.text).not.toContain(key)
  const beside = await fairlead(['keys', 'bootstrap'], env)
  expect([beside.code, beside.err]).toEqual([78, expect.stringContaining('Another Fairlead is using the data folder')])
})

test('sends in doubt: listed, shown, sent again and given up on; a key keeps a send from going out twice', async () => {
  await using pair = await startPair()
  const env = { FAIRLEAD_DATA_DIR: pair.dataDir }
  const said = async (...args: string[]) => {
    const { code, out, err } = await fairlead(args, env)
    expect([code, err]).toEqual([0, ''])
    return out.trim()
  }
  const text = ['send', 'text', '--to', '12025550142', '--body']
  expect(await said(...text, 'one', '--key', 'k')).toBe(await said(...text, 'one', '--key', 'k'))
  expect(await said('sends', 'list')).toBe('There is none to be decided about.')

  await pair.control('POST', '/rules', { effect: 'reset_before', match: { path: '/messages' }, times: 2 })
  for (const body of ['two', 'three']) {
    const lost = await fairlead([...text, body], env)
    expect([lost.code, lost.err]).toEqual([
      1,
      expect.stringMatching(/may or may not .*See it with: fairlead sends show [0-9a-f-]{36}\n$/),
    ])
  }
  const rows = JSON.parse(await said('sends', 'list', '--json'))
  expect(rows.map(({ state }: { state: string }) => state)).toEqual(['in_doubt', 'in_doubt'])
  expect(await said('sends', 'list', '--state', 'in_doubt')).toContain(`${rows[0].id}  in_doubt  text to 12025550142`)
  expect(await said('sends', 'abandon', rows[0].id)).toContain('unresolved')
  expect(await said('sends', 'resend', rows[1].id)).toMatch(/sent again: \S+ {2}accepted .* wamid\./)
  expect(JSON.parse(await said('sends', 'show', rows[1].id))).toMatchObject({ resolution: 'resend' })
  const decided = await fairlead(['sends', 'resend', rows[1].id], env)
  expect([decided.code, decided.err]).toEqual([1, expect.stringMatching(/not in doubt/)])
  expect((await pair.phone('12025550142', 2)).filter(({ direction }) => direction === 'received')).toHaveLength(2)

  const number = pair.phone_number_id
  expect(await said('numbers', 'switches', number)).toBe('trace-sends  on\nhold-twins   on')
  expect(await said('numbers', 'switches', number, '--hold-twins', 'off')).toBe('trace-sends  on\nhold-twins   off')
  expect((await fairlead(['numbers', 'switches', number, '--hold-twins', 'maybe'], env)).code).toBe(1)
})
