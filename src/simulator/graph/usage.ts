import type { FastifyReply } from 'fastify'
import { throttled } from '../rates/admit.ts'
import { countIn, leftOf } from '../rates/buckets.ts'
import type { Simulation } from '../simulation.ts'
import { type GraphObject, numbersOf, type Token } from '../state.ts'

const HOUR_MS = 3_600_000

/**
 * Meta rule: an app's management calls of an account are counted by the hour, and every answer says how much is used. Throws 80007
 * once it is spent.
 */
export function spendCall(simulation: Simulation, reply: FastifyReply, token: Token, object: GraphObject): void {
  const { state, settings } = simulation
  const account_id = object.kind === 'account' ? object.account.id : token.account_ids[0]
  const account = account_id === undefined ? undefined : state.accounts.get(account_id)
  const limits = settings.limits.calls_per_hour
  if (!account) return
  const isActive = !account.test && numbersOf(state, account).some(({ status }) => status === 'CONNECTED')
  const name = `calls ${token.app_id} ${account.id}`
  const now = simulation.now()
  const most = limits ? (isActive ? limits.active : limits.inactive) : Number.POSITIVE_INFINITY
  const count = countIn(state, name, HOUR_MS, now)
  const percent = Math.min(100, Math.floor((count / most) * 100))
  const spent = count > most
  const usage = {
    type: 'whatsapp_business_management',
    call_count: percent,
    total_cputime: Math.floor(percent / 4),
    total_time: Math.floor(percent / 4),
    estimated_time_to_regain_access: spent ? Math.ceil(leftOf(state, name, HOUR_MS, now) / 60_000) : 0,
  }
  reply.header('x-business-use-case-usage', JSON.stringify({ [account.id]: [usage] }))
  if (spent) throw throttled(simulation, 80007)
}
