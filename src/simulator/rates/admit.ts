import { customerOf } from '../customers.ts'
import { messagingError } from '../graph-error.ts'
import { needsName, reaches } from '../lifecycle/outcome.ts'
import type { CheckedMessage } from '../messages/check-message.ts'
import type { Simulation } from '../simulation.ts'
import { accountOfNumber, type PhoneNumber } from '../state.ts'
import { countIn, takeFrom } from './buckets.ts'

const HOUR_MS = 3_600_000
/** Meta rule: the messages an hour that may carry a throttled flow. */
const THROTTLED_FLOW = 10

/** The state of the account: what a send in perfect order can still be refused for. Throws Meta's refusal. */
export function admitByAccount(simulation: Simulation, number: PhoneNumber): void {
  const { condition } = accountOfNumber(simulation.state, number)
  const { switches } = simulation.settings
  if (condition === 'locked' && switches.account_locked === 'sync') throw messagingError(131031)
  if (condition === 'policy_blocked') throw messagingError(368)
  if (condition === 'maintenance' || number.upgrading) throw messagingError(131057)
  if (condition === 'payment_issue' && switches.payment_issue === 'sync') throw messagingError(131042)
  if (switches.display_name === 'sync' && needsName(number)) throw messagingError(131037)
}

/** What depends on the recipient and the rates, in Meta's order. Throws Meta's refusal. */
export function admitByRates(simulation: Simulation, number: PhoneNumber, checked: CheckedMessage): void {
  const { state, settings } = simulation
  const { wa_id, group_id } = checked.recipient
  admitFlow(simulation, checked)
  // A group has neither window nor reach.
  const until = group_id === undefined ? (customerOf(state, wa_id).windows.get(number.id) ?? 0) : Infinity
  const isOutside = until <= simulation.now()
  const isTemplate = checked.type.type === 'template'
  if (settings.switches.window_closed === 'sync' && isOutside && !isTemplate) throw messagingError(131047)
  const { pair } = settings.limits
  if (pair && !takeFrom(state, `pair ${number.id} ${group_id ?? wa_id}`, pairRate(pair), simulation.now())) {
    if (settings.switches.pair_rate === 'sync') throw throttled(simulation, 131056)
    checked.failsWith = 131056
  }
  if (!countsInThroughput(simulation, number)) throw throttled(simulation, 130429)
  if (settings.switches.reach_exceeded !== '130429' || !isOutside || !isTemplate) return
  if (!reaches(simulation, number.id, wa_id)) throw throttled(simulation, 130429)
}

/** Meta rule: at a test number only listed recipients can be written to. */
export function admitRecipient({ state }: Simulation, number: PhoneNumber, wa_id: string): void {
  const { test, allowed_recipients } = accountOfNumber(state, number)
  if (test && !allowed_recipients.includes(wa_id)) throw messagingError(131030)
}

/** Counts one message, whichever way it goes; false when the number is beyond its throughput. */
export function countsInThroughput({ state, settings, now }: Simulation, number: PhoneNumber): boolean {
  const { throughput } = settings.limits
  if (!throughput) return true
  const level = number.coexistence
    ? throughput.coexistence
    : number.throughput === 'HIGH'
      ? throughput.high
      : throughput.standard
  return takeFrom(state, `throughput ${number.id}`, { burst: level, everyMs: 1000 / level }, now())
}

function pairRate({ burst, every_ms }: { burst: number; every_ms: number }) {
  return { burst, everyMs: every_ms }
}

function admitFlow(simulation: Simulation, checked: CheckedMessage): void {
  const { flow } = checked.looked
  if (flow?.status === 'BLOCKED') throw messagingError(132068)
  if (flow?.status !== 'THROTTLED') return
  const sent = countIn(simulation.state, `flow ${flow.id}`, HOUR_MS, simulation.now())
  if (sent > THROTTLED_FLOW) throw messagingError(132069)
}

/** A refusal for too many calls, with the HTTP status the switch says. */
export function throttled({ settings }: Simulation, code: number) {
  return messagingError(code).withStatus(settings.switches.throttle_status)
}
