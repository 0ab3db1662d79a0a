import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { expect, test } from 'vitest'
import { createLog } from '../../src/log.ts'
import { startPair } from '../support/start-pair.ts'

test('no key, token, number or text is in any log line, and no secret in the stored files', async () => {
  let lines = ''
  const sink = new Writable({
    write(chunk, _encoding, done) {
      lines += chunk
      done()
    },
  })
  await using pair = await startPair({ log: createLog('trace', sink) })
  const customer = '15557654321'
  await pair.customerSays(customer, 'canary-inbound-text')
  await pair.send({ to: customer, type: 'text', text: { body: 'canary-outbound-text' } })
  await pair.send({ to: customer, type: 'text', text: { body: 'x'.repeat(5000) } })
  await pair.call('POST', `/${pair.phone_number_id}/messages`, '{"canary-broken-json', {})
  await pair.call('GET', `/${pair.phone_number_id}?access_token=canary-query`, undefined, {
    'x-api-key': 'canary-wrong-key',
  })
  await pair.call('POST', `${pair.base_url}/webhooks/meta`, '{"x":"canary-unsigned"}', {})
  await pair.phone(customer, 1)

  expect(lines.split('\n').length).toBeGreaterThan(5)
  for (const line of lines.trim().split('\n')) expect(() => JSON.parse(line)).not.toThrow()
  const secrets = [pair.api_key, pair.admin_key, pair.simulator_access_token, pair.meta_app_secret, pair.verify_token]
  for (const word of [...secrets, customer, 'canary']) expect(lines).not.toContain(word)

  for (const file of readdirSync(pair.dataDir).filter((name) => name.startsWith('fairlead.db'))) {
    const bytes = readFileSync(join(pair.dataDir, file))
    for (const secret of secrets) expect(bytes.includes(secret), file).toBe(false)
  }
})
