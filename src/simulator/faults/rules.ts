import { chanceFrom } from '../random.ts'
import type { Simulation } from '../simulation.ts'
import type { Message, Quirk, Rule } from '../state.ts'
import type { Change } from '../webhooks/changes.ts'
import type { Asked, Effect, RequestFault, WebhookFault } from './define.ts'
import { effects } from './index.ts'
import { noFault } from './webhook-faults.ts'

/** What is known of a request before it is looked at. */
export type RequestSeen = {
  method: string
  /** Without version. */
  path: string
  phone_number_id?: string | undefined
  /** Of a send: the digits of its recipient, and its type. */
  to?: string | undefined
  type?: string | undefined
}

export type Rules = {
  /** What goes wrong with this request; the first rule that applies. */
  requestFault(seen: RequestSeen): RequestFault | undefined
  /** What goes wrong with this message; all rules that apply. */
  quirksOf(message: Message): Quirk[]
  /** What goes wrong with this webhook; all rules that apply. */
  webhookFault(change: Change): WebhookFault | undefined
}

type Seen = { [Key in keyof Rule['match']]?: string | undefined }
type Stage<Name extends Effect['stage']> = Extract<Effect, { stage: Name }>

const BY_NAME = new Map(effects.map((effect) => [effect.name, effect]))
const MAGIC = new Map(
  effects.flatMap((effect) =>
    Object.entries(effect.magic ?? {}).map(([digits, taken]) => [digits, { effect, taken }] as const),
  ),
)

export function createRules(simulation: Simulation): Rules {
  /** The effects of one stage on what was seen: by the customer's number, then by the rules in their order. */
  function* applying<Name extends Effect['stage']>(stage: Name, seen: Seen) {
    const magic = magicOf(simulation, seen.to)
    if (magic?.effect.stage === stage) yield { effect: magic.effect as Stage<Name>, taken: taken(magic) }
    for (const rule of simulation.state.rules) {
      const effect = BY_NAME.get(rule.effect)
      if (effect?.stage === stage && applies(simulation, rule, seen)) {
        yield { effect: effect as Stage<Name>, taken: rule.with }
      }
    }
  }

  return {
    requestFault(seen) {
      for (const { effect, taken } of applying('request', seen)) return effect.fault(taken, askedOf(simulation, seen))
      return undefined
    },
    quirksOf({ wa_id: to, phone_number_id, type }) {
      return [...applying('message', { to, phone_number_id, type })].map(({ effect, taken }) => effect.quirk(taken))
    },
    webhookFault({ wa_id: to, phone_number_id, field, type }) {
      if (simulation.state.rules.length === 0) return undefined
      const fault = noFault()
      let any = false
      for (const { effect, taken } of applying('webhook', { to, phone_number_id, field, type })) {
        effect.change(taken, fault, chanceFrom(simulation.random('webhooks')).number)
        any = true
      }
      return any ? fault : undefined
    },
  }
}

function askedOf({ state, settings, now }: Simulation, { phone_number_id: id = '' }: RequestSeen): Asked {
  const [first = ''] = state.accounts.keys()
  const account_id = state.numbers.get(id)?.account_id ?? (state.accounts.has(id) ? id : first)
  return { switches: settings.switches, account_id, now: now() }
}

/** The effect that the digits of a customer's number choose. */
function magicOf({ settings }: Simulation, to: string | undefined) {
  const { magic_prefix } = settings
  if (to === undefined || magic_prefix === null || !to.startsWith(magic_prefix)) return undefined
  return MAGIC.get(to.slice(-4))
}

function taken({ effect, taken }: { effect: Effect; taken: Record<string, unknown> }): Record<string, unknown> {
  return effect.with.parse(taken)
}

function applies(simulation: Simulation, rule: Rule, seen: Seen): boolean {
  for (const [key, wanted] of Object.entries(rule.match)) {
    if (wanted === undefined) continue
    const value = seen[key as keyof Rule['match']]
    const fits = key === 'path' ? value?.includes(wanted) : value === wanted
    if (!fits) return false
  }
  if (rule.times !== undefined && rule.applied >= rule.times) return false
  rule.matched += 1
  if (rule.every !== undefined && rule.matched % rule.every !== 0) return false
  if (rule.chance !== undefined && chanceFrom(simulation.random(`rule ${rule.id}`)).number() >= rule.chance)
    return false
  rule.applied += 1
  return true
}
