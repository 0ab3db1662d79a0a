import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { saveMetaApp } from '../../src/access/save-meta-app.ts'
import { MINUTE, systemClock } from '../../src/lib/clock.ts'
import { APP_SECRET, NUMBER, startGateway } from './start-gateway.ts'

/**
 * A gateway to be killed, whose clock is some minutes ahead: tells its address and keys, and when asked how many
 * sends or webhooks are in which state, or how much memory it holds once what is no longer needed has been collected.
 */
const [graphUrl = '', dataDir = '', minutes = '0'] = process.argv.slice(2)
const gateway = await startGateway({
  graphUrl,
  env: { FAIRLEAD_DATA_DIR: dataDir },
  clock: { ...systemClock, now: () => systemClock.now() + Number(minutes) * MINUTE },
})
const { context } = gateway
const number = await context.numbers.byPhoneNumberId(NUMBER)
await saveMetaApp(context, number?.project_id ?? 0, { slug: 'default', app_secret: APP_SECRET, verify_token: 'tok' })

const answers: Record<string, () => Promise<unknown>> = {
  async states() {
    const rows = await context.store.db.query
      .selectFrom('sends')
      .select((eb) => ['state', eb.fn.countAll<number>().as('count')])
      .groupBy('state')
      .execute()
    return Object.fromEntries(rows.map(({ state, count }) => [state, count]))
  },
  async webhooks() {
    await context.understood()
    const rows = await context.store.db.query
      .selectFrom('raw_webhooks')
      .select((eb) => ['state', eb.fn.countAll<number>().as('count')])
      .groupBy('state')
      .execute()
    return Object.fromEntries(rows.map(({ state, count }) => [state, count]))
  },
  async memory() {
    setFlagsFromString('--expose-gc')
    const collect: () => void = runInNewContext('gc')
    // Twice, with a turn of the event loop between: what finalizers let go of is collected the second time.
    for (let time = 0; time < 2; time += 1) {
      collect()
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    const { heapUsed, external, rss } = process.memoryUsage()
    return { held: heapUsed + external, rss }
  },
}
process.on('message', async (question) => {
  process.send?.(await answers[String(question)]?.())
})
process.on('disconnect', () => process.exit(0))
process.send?.({ url: gateway.url, key: gateway.api_key, adminKey: gateway.admin_key })
