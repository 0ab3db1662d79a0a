import { type Simulation, seconds } from '../simulation.ts'
import { accountOfNumber, type PhoneNumber } from '../state.ts'

/** Meta rule: a number whose throughput is raised takes nothing for up to a minute. */
export function startUpgrade(simulation: Simulation, number: PhoneNumber): void {
  number.upgrading = true
  const { throughput_upgrade } = simulation.settings.timings
  simulation.after(throughput_upgrade, { do: 'end upgrade', phone_number_id: number.id })
}

/** From now on the number takes a thousand a second, and the business is told so. */
export function endUpgrade(simulation: Simulation, number: PhoneNumber): void {
  if (!number.upgrading) return
  delete number.upgrading
  number.throughput = 'HIGH'
  const { tier } = accountOfNumber(simulation.state, number)
  simulation.changes.tell({
    account_id: number.account_id,
    phone_number_id: number.id,
    field: 'phone_number_quality_update',
    time: seconds(simulation.now()),
    value: {
      display_phone_number: number.digits,
      event: 'THROUGHPUT_UPGRADE',
      current_limit: tier,
      max_daily_conversations_per_business: tier,
    },
    summary: `the throughput of ${number.id} is HIGH`,
  })
}
