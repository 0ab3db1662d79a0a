import { untilStopped } from '../../src/cli/until-stopped.ts'
import { MINUTE, systemClock } from '../../src/lib/clock.ts'
import { untilSignalled } from '../../src/operations/stop.ts'
import { startGateway } from './start-gateway.ts'

/**
 * A gateway to be killed or told to stop, whose clock is some minutes ahead: tells its address and key, and when asked how many sends
 * are in which state.
 */
const [graphUrl = '', dataDir = '', minutes = '0'] = process.argv.slice(2)
const gateway = await startGateway({
  graphUrl,
  env: { FAIRLEAD_DATA_DIR: dataDir },
  clock: { ...systemClock, now: () => systemClock.now() + Number(minutes) * MINUTE },
})
process.on('message', async () => {
  const rows = await gateway.context.store.db.query
    .selectFrom('sends')
    .select((eb) => ['state', eb.fn.countAll<number>().as('count')])
    .groupBy('state')
    .execute()
  process.send?.(Object.fromEntries(rows.map(({ state, count }) => [state, count])))
})
untilStopped({ stop: () => gateway.close(untilSignalled), hurry: gateway.hurry })
process.on('disconnect', () => process.exit(0))
process.send?.({ url: gateway.url, key: gateway.api_key })
