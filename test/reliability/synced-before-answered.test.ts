import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startCapturingGraph } from '../support/capturing-graph.ts'
import { type Asked, MARKS, markedAnswer, markedTraffic } from '../support/marked-traffic.ts'
import { startGatewayProcess } from '../support/start-gateway-process.ts'
import { isSyncedBefore, readTrace, straceCommand } from './durability-trace.ts'

const REQUESTS = 2_000
const hasStrace = spawnSync('strace', ['-V']).status === 0

// On PostgreSQL the sync is the database's own: see committed-before-answered.
test(`${REQUESTS} sends and webhooks: no 2xx, and no byte to Meta, before what it stands for is synced`, async ({
  skip,
}) => {
  if (!hasStrace) console.warn('skipped: strace is not installed')
  skip(!hasStrace, 'strace is not installed')
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-synced-'))
  await using graph = await startCapturingGraph()
  graph.answers(markedAnswer)
  const output = join(folder, 'trace')
  const gateway = await startGatewayProcess(graph.url, join(folder, 'data'), { under: straceCommand(output) })
  const asked: Asked[] = []
  await markedTraffic(gateway, { requests: REQUESTS, clients: 16, answered: (one) => asked.push(one) })
  gateway.child.disconnect()
  await once(gateway.child, 'exit')

  const trace = await readTrace(output, MARKS)
  rmSync(folder, { recursive: true, force: true })
  const early: string[] = []
  const check = (what: string, dependsOn: string, by: number | undefined) => {
    if (by === undefined || !isSyncedBefore(trace, dependsOn, by)) early.push(what)
  }
  for (const { isSend, own, dependsOn } of asked) {
    if (isSend) check(`${own} went up`, own, trace.passedOn.get(own))
    check(`${own} was answered`, dependsOn, trace.answered.get(own))
  }
  const commits = trace.logWrites.filter(({ commit }) => commit).length
  console.info(`${asked.length} requests, ${commits} commits, ${trace.syncs.length} syncs of the log`)
  expect(early).toEqual([])
  expect(asked).toHaveLength(REQUESTS)
  // Otherwise it would not be group commit that was watched.
  expect(commits).toBeLessThan(REQUESTS)
}, 120_000)
