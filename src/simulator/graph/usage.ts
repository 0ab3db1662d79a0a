import type { FastifyReply } from 'fastify'
import { throttled } from '../rates/admit.ts'
import { countIn, leftOf } from '../rates/buckets.ts'
import type { Simulation } from '../simulation.ts'
import type { Account, GraphObject, Token } from '../state.ts'

const HOUR_MS = 3_600_000

/**
 * Meta rule: an app's management calls of an account are counted by the hour, sends are not, and every answer says how
 * much is used. Throws 80007 once it is spent.
 */
export function spendCall(
  simulation: Simulation,
  reply: FastifyReply,
  { token, object, counts }: { token: Token; object: GraphObject; counts: boolean },
): void {
  const { state, settings, now } = simulation
  const account_id = object.kind === 'account' ? object.account.id : token.account_ids[0]
  const account = account_id === undefined ? undefined : state.accounts.get(account_id)
  if (!account) return
  const name = `calls ${token.app_id} ${account.id}`
  const count = counts ? countIn(state, name, HOUR_MS, now()) : (state.buckets.get(name)?.level ?? 0)
  const most = mostCalls(simulation, account)
  const percent = Math.min(100, Math.floor((count / most) * 100))
  const spent = count > most
  const used = { call_count: percent, total_cputime: percent >> 2, total_time: percent >> 2 }
  const wait = spent ? Math.ceil(leftOf(state, name, HOUR_MS, now()) / 60_000) : 0
  const usage = { type: 'whatsapp_business_management', ...used, estimated_time_to_regain_access: wait }
  reply.header('x-business-use-case-usage', JSON.stringify({ [account.id]: [usage] }))
  if (settings.app_usage) reply.header('x-app-usage', JSON.stringify(used))
  if (spent && counts) throw throttled(simulation, 80007)
}

/** Meta rule: an account counts as active with a registered number; test accounts never do. */
function mostCalls({ state, settings }: Simulation, account: Account): number {
  const limits = settings.limits.calls_per_hour
  if (!limits) return Number.POSITIVE_INFINITY
  if (account.test) return limits.inactive
  for (const number of state.numbers.values()) {
    if (number.account_id === account.id && number.status === 'CONNECTED') return limits.active
  }
  return limits.inactive
}
