import fc from 'fast-check'
import { expect, test } from 'vitest'
import { startCapturingGraph } from '../support/capturing-graph.ts'
import { NUMBER, startGateway } from '../support/start-gateway.ts'

/** RELIABILITY=full runs as many as the goal says. */
const RUNS = process.env.RELIABILITY === 'full' ? 10_000 : 150

/** How Meta answers the sends of one key, one after another; the last one goes on. */
const answers = fc.array(fc.constantFrom('accepted', 'refused', 'busy', 'unauthorized'), { minLength: 1, maxLength: 3 })

/** Twins: when each asks (ms), and whether it asks for something else under the same key. */
const twins = fc.array(fc.record({ at: fc.nat({ max: 30 }), other: fc.boolean() }), { minLength: 2, maxLength: 16 })

const error = (status: number, code: number) => ({ status, body: { error: { message: 'no', code } } })
const soon = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

test('R3: however twins of a key interleave, Meta gets what the rules say, and each twin its answer at once', async () => {
  await using graph = await startCapturingGraph()
  await using gateway = await startGateway({ graphUrl: graph.url })
  let run = 0
  const property = fc.asyncProperty(answers, twins, fc.nat({ max: 20 }), async (script, asked, upstreamMs) => {
    run += 1
    const key = `run-${run}`
    const seen: Array<{ text: string; answered: string }> = []
    graph.answers(async (request) => {
      const answered = script[Math.min(seen.length, script.length - 1)] ?? 'accepted'
      seen.push({ text: JSON.parse(request.body.toString()).text.body, answered })
      await soon(upstreamMs)
      if (answered === 'refused') return error(400, 131030)
      if (answered === 'busy') return error(429, 130429)
      return answered === 'unauthorized' ? error(401, 190) : graph.accept(request)
    })
    const ask = async (other: boolean) => {
      const body = { to: '15551234567', type: 'text', text: { body: other ? `${key} other` : key } }
      const started = performance.now()
      const answer = await gateway.call('POST', `${gateway.meta}/${NUMBER}/messages`, body, {
        'x-api-key': gateway.api_key,
        'idempotency-key': key,
      })
      return { ...answer, ms: performance.now() - started, other }
    }
    const told = await Promise.all(asked.map(({ at, other }) => soon(at).then(() => ask(other))))

    // At most one last word, and nothing goes up after it.
    const last = seen.findIndex(({ answered }) => answered === 'accepted' || answered === 'refused')
    if (last >= 0) expect(seen).toHaveLength(last + 1)
    const lastWords = told.filter(({ status }) => status === 200 || status === 400)
    expect(new Set(lastWords.map(({ text }) => text)).size).toBeLessThanOrEqual(1)
    for (const { status, json, ms, other } of told) {
      expect([200, 400, 401, 409, 422, 429]).toContain(status)
      if (status === 409) expect(json.code).toBe('idempotency_key_in_use')
      if (status === 422) expect(json.code).toBe('idempotency_key_reused')
      // Whoever asked for the other thing never gets this one's answer.
      if (last >= 0 && status === 200) expect(seen[last]?.text).toBe(other ? `${key} other` : key)
      expect(ms).toBeLessThan(1_000)
    }
    // Exactly one twin gets an answer that is not a repeat for each time that Meta was asked.
    const firsts = told.filter(
      ({ status, headers }) => ![409, 422].includes(status) && !headers.get('idempotent-replayed'),
    )
    expect(firsts).toHaveLength(seen.length)
  })
  await fc.assert(property, { numRuns: RUNS, seed: Number(process.env.SEED ?? 1), endOnFailure: true })
}, 1_200_000)
