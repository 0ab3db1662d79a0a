import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startCapturingGraph } from '../../support/capturing-graph.ts'
import { startCommitDelay } from '../../support/commit-delay.ts'
import { MARKS, mark, markedAnswer, markedTraffic } from '../../support/marked-traffic.ts'
import { startGatewayProcess } from '../../support/start-gateway-process.ts'

const REQUESTS = 400

test(`${REQUESTS} sends and webhooks: no 2xx, and no byte to Meta, before PostgreSQL has confirmed a durable commit`, async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'fairlead-confirmed-'))
  await using delay = await startCommitDelay(process.env.TEST_POSTGRES ?? '', { marks: MARKS, ms: 20 })
  await using graph = await startCapturingGraph()
  const early: string[] = []
  const check = (what: string, dependsOn: string) => {
    if (!delay.confirmed.has(dependsOn)) early.push(what)
  }
  graph.answers((request) => {
    const [own = ''] = request.body.toString().match(MARKS) ?? []
    if (request.method === 'POST') check(`${own} went up`, own)
    return markedAnswer(request)
  })
  const gateway = await startGatewayProcess(graph.url, dataDir, { env: { TEST_POSTGRES: delay.url } })
  let count = 0
  await markedTraffic(gateway, {
    requests: REQUESTS,
    clients: 16,
    answered({ own, dependsOn }) {
      count += 1
      check(`${own} was answered`, dependsOn)
    },
  })
  gateway.child.disconnect()
  rmSync(dataDir, { recursive: true, force: true })
  expect(early).toEqual([])
  expect(delay.volatile).toEqual([])
  expect(count).toBe(REQUESTS)
  expect(delay.confirmed.has(mark('hook', 1))).toBe(true)
})
