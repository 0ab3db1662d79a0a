import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { demoWorld } from '../../src/simulator/index.ts'

const root = join(import.meta.dirname, '..', '..')
const folder = mkdtempSync(join(tmpdir(), 'fairlead-simulator-'))
const run = promisify(execFile)

/** `fairlead simulator` with these arguments, once it has printed how to use it. */
async function simulator(...args: string[]) {
  const child: ChildProcess = spawn(process.execPath, [join(root, 'bin', 'fairlead.mjs'), 'simulator', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let printed = ''
  let failed = ''
  child.stderr?.on('data', (chunk) => {
    failed += chunk
  })
  const ready = new Promise<void>((resolve) => {
    child.stdout?.on('data', (chunk) => {
      printed += chunk
      if (printed.includes('Ctrl-C stops it')) resolve()
    })
  })
  const exited = once(child, 'exit')
  await Promise.race([ready, exited])
  return {
    printed,
    failed,
    exited,
    code: child.exitCode,
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null) return
      child.kill('SIGTERM')
      const [code] = await exited
      expect(code).toBe(0)
    },
  }
}

/** The commands a person copies from the terminal. */
const curls = (printed: string) => printed.replaceAll('\\\n', ' ').match(/^curl .*$/gm) ?? []
const json = (name: string, value: unknown) => {
  const path = join(folder, name)
  writeFileSync(path, JSON.stringify(value))
  return path
}

test('both printed commands work when they are pasted', async () => {
  await using meta = await simulator('--port', '0', '--setting', 'timings.delivered=1', '--setting', 'timings.sent=0')
  const [send, look] = curls(meta.printed)
  const sent = JSON.parse((await run('sh', ['-c', send ?? ''])).stdout)
  expect(sent).toMatchObject({ messaging_product: 'whatsapp', contacts: [{ wa_id: '12025550142' }] })
  await new Promise((resolve) => setTimeout(resolve, 100))
  const phone = JSON.parse((await run('sh', ['-c', look ?? ''])).stdout)
  expect(phone.messages).toMatchObject([
    { direction: 'written', text: { body: 'Hello!' } },
    { direction: 'received', text: { body: 'Hello!' } },
  ])
})

test('webhooks go to the callback given, and the key, the seed and the frozen clock are as asked for', async () => {
  const bodies: string[] = []
  const business = createServer(async (request, response) => {
    for await (const chunk of request) bodies.push(String(chunk))
    response.end()
  }).listen(0, '127.0.0.1')
  await once(business, 'listening')
  const callback = `http://127.0.0.1:${(business.address() as AddressInfo).port}/`
  const time = '2026-01-31T09:00:00.000Z'
  await using meta = await simulator(
    ...['--port', '0', '--key', 'k', '--seed', '1', '--frozen', '--time', time, '--callback-url', callback],
  )
  const [, url] = /Graph API\s+(\S+)\/v24\.0/.exec(meta.printed) ?? []
  const clock = await fetch(`${url}/simulator/v1/clock`, { headers: { 'x-api-key': 'k' } })
  expect(await clock.json()).toMatchObject({ frozen: true, now: time })
  for (let tries = 0; bodies.length === 0 && tries < 100; tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  expect(bodies).toHaveLength(1)
  expect(bodies[0]).toContain('"body":"Hello!"')
  business.closeAllConnections()
  business.close()
})

test('a world of one’s own, and an export to go on from', async () => {
  const world = demoWorld({
    app: { id: '1', secret: 's', name: 'Mine' },
    business_account_id: '2',
    phone_number_id: '333',
    access_token: 'mine',
  })
  const path = json('world.json', world)
  let exported: unknown
  {
    await using meta = await simulator('--port', '0', '--key', 'k', '--world', path)
    expect(meta.printed).toMatch(/phone_number_id\s+333\n/)
    const [, url] = /Graph API\s+(\S+)\/v24\.0/.exec(meta.printed) ?? []
    const said = { phone_number_id: '333', type: 'text', text: { body: 'Before' } }
    const headers = { 'x-api-key': 'k', 'content-type': 'application/json' }
    await fetch(`${url}/simulator/v1/customers/15551234567/messages`, {
      method: 'POST',
      headers,
      body: JSON.stringify(said),
    })
    exported = await (await fetch(`${url}/simulator/v1/state`, { headers })).json()
  }
  await using again = await simulator(
    '--port',
    '0',
    '--key',
    'k',
    '--world',
    path,
    '--state',
    json('state.json', exported),
  )
  const [, url] = /Graph API\s+(\S+)\/v24\.0/.exec(again.printed) ?? []
  const phone = await fetch(`${url}/simulator/v1/customers/15551234567/messages`, { headers: { 'x-api-key': 'k' } })
  expect(await phone.json()).toMatchObject({ messages: [{ text: { body: 'Before' } }] })
})

test.each([
  [['--port', '99999'], 1, 'It must be a port number'],
  [['--speed', '0'], 1, 'It must be a number above 0'],
  [['--setting', 'nonsense'], 1, 'Write it as section.name=value'],
  [['--port', '0', '--setting', 'timings.sent=-1'], 78, "The simulator's setting timings.sent makes no sense"],
  [['--port', '0', '--setting', 'timings.such=1'], 78, "The simulator's setting timings.such makes no sense"],
  [['--port', '0', '--callback-url', 'nope'], 1, 'It must be an http or https address'],
  [['--port', '0', '--key', ''], 1, 'It must not be empty'],
  [['--port', '0', '--time', 'noon'], 1, 'It must be a time like'],
  [['--port', '0', '--setting', 'no.such=1'], 78, "The simulator's setting no makes no sense"],
  [['--port', '0', '--world', '/no/such/file'], 78, '/no/such/file cannot be read as JSON'],
  [['--port', '0', '--world', json('empty.json', {})], 78, 'The simulated world makes no sense at app'],
  [['--port', '0', '--state', json('none.json', {})], 78, 'state was refused: format'],
])('%j stops the start with one line', async (args, code, line) => {
  await using meta = await simulator(...args)
  expect([meta.code, meta.printed]).toEqual([code, ''])
  expect(meta.failed).toContain(line)
})
