import pg from 'pg'
import { expect, test } from 'vitest'
import { keyedClients, sendKeyed } from '../../support/keyed-clients.ts'
import { ensureDatabase, startPostgres } from '../../support/postgres-server.ts'
import { startJudged } from '../../support/start-judged.ts'
import { eventually } from '../../support/start-pair.ts'

/** RELIABILITY=full cuts as often as the goal says. */
const FULL = process.env.RELIABILITY === 'full'
const CUTS = FULL
  ? { restarts: 60, terminations: 1_000, frozenMs: 30_000 }
  : { restarts: 5, terminations: 40, frozenMs: 4_000 }

const soon = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

test('R16: a database that is restarted, cut off and frozen under load: 503 meanwhile, nothing lost, nothing doubled', async () => {
  await using server = await startPostgres()
  const DATABASE_URL = await ensureDatabase(server.url('postgres'), 'cut')
  await using judged = await startJudged({ env: { DATABASE_URL } })
  await judged.start()
  const clients = keyedClients(judged)

  for (let restart = 0; restart < CUTS.restarts; restart += 1) {
    await soon(500 + 500 * Math.random())
    await server.crash()
    await soon(200)
    const away = await sendKeyed(judged, `away-${restart}`, 0)
    expect(away === null || [503, 409].includes(away.status)).toBe(true)
    await server.start()
  }
  const operator = new pg.Client({ connectionString: server.url('postgres') })
  await operator.connect()
  for (let count = 0; count < CUTS.terminations; count += 4) {
    await soon(25)
    await operator.query(`select pg_terminate_backend(pid) from
      (select pid from pg_stat_activity where datname = 'cut' order by random() limit 4) as chosen`)
  }
  await operator.end()
  server.signal('SIGSTOP')
  await soon(CUTS.frozenMs)
  server.signal('SIGCONT')

  // Normal again within two seconds.
  await soon(2_000)
  for (const client of [0, 1, 2]) expect((await sendKeyed(judged, `well-${client}`, client))?.status).toBe(200)
  await soon(1_000)
  await clients.stop()
  await judged.tellAll()
  const phones = await judged.phones()
  expect(clients.refused).toEqual([])
  expect(clients.accepted.size).toBeGreaterThan(100)
  expect(phones.filter((mark, index) => phones.indexOf(mark) !== index)).toEqual([])
  const seen = new Set(phones)
  expect([...clients.accepted.keys()].filter((mark) => !seen.has(mark))).toEqual([])
  for (const [mark, client] of clients.doubtful) {
    expect([mark, (await sendKeyed(judged, mark, client))?.status]).toEqual([mark, seen.has(mark) ? 200 : 409])
  }
  await judged.kill()
  const states = await judged.states()
  console.log(
    `R16: ${clients.accepted.size} accepted, ${clients.doubtful.size} were in doubt, ${JSON.stringify(states)}`,
  )
  expect(states.intent ?? 0).toBe(0)
}, 1_800_000)

test('the pool stays within its limit while the database comes and goes', async () => {
  await using server = await startPostgres()
  const DATABASE_URL = await ensureDatabase(server.url('postgres'), 'pool')
  await using judged = await startJudged({ env: { DATABASE_URL } })
  await judged.start()
  const clients = keyedClients(judged)
  await soon(500)
  await server.crash()
  await server.start()
  await soon(1_500)
  const operator = new pg.Client({ connectionString: server.url('postgres') })
  await operator.connect()
  const connections = await eventually(async () => {
    const { rows } = await operator.query(`select count(*)::int as count from pg_stat_activity where datname = 'pool'`)
    return rows[0].count as number
  })
  await operator.end()
  await clients.stop()
  // Ten to read with, one to write with.
  expect(connections).toBeLessThanOrEqual(11)
}, 120_000)
