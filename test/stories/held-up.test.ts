import { expect, test } from 'vitest'
import { type Clock, systemClock } from '../../src/lib/clock.ts'
import { startCapturingGraph } from '../support/capturing-graph.ts'
import { NUMBER, startGateway } from '../support/start-gateway.ts'

const TEXT = { to: '15551234567', type: 'text', text: { body: 'Hello' } }

/** The machine's clock; while `held` every look at it finds it half a minute on, as in a process that is held up. */
function haltingClock() {
  let ahead = 0
  const halting = {
    held: false,
    clock: {
      ...systemClock,
      monotonic() {
        if (halting.held) ahead += 30_000
        return systemClock.monotonic() + ahead
      },
    } satisfies Clock,
  }
  return halting
}

test.each([
  ['without a key', {}],
  ['with a key', { 'idempotency-key': 'k' }],
])(
  'a process held up between the commit and the first byte sends nothing, %s; the repeat goes out',
  async (_about, key) => {
    await using graph = await startCapturingGraph()
    const halting = haltingClock()
    await using gateway = await startGateway({ graphUrl: graph.url, clock: halting.clock })
    const send = () =>
      gateway.call('POST', `${gateway.meta}/${NUMBER}/messages`, TEXT, { 'x-api-key': gateway.api_key, ...key })
    const sends = () => graph.requests.filter(({ method }) => method === 'POST').length
    halting.held = true
    const late = await send()
    expect([late.status, late.json.code, late.headers.get('retry-after')]).toEqual([504, 'not_sent', '1'])
    expect(late.headers.get('fairlead-outcome')).toBe('not_sent')
    expect(sends()).toBe(0)
    halting.held = false
    const again = await send()
    expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([200, null])
    expect(sends()).toBe(1)
  },
)
