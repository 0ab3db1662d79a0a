import { customerOf } from '../customers.ts'
import type { WebhookFault } from '../faults/define.ts'
import type { Simulation } from '../simulation.ts'
import { known, type Webhook } from '../state.ts'
import { keepFew } from './keep-few.ts'
import { listenersOf } from './routing.ts'
import { serialise } from './serialise.ts'

/** A change of an account that its apps hear of. Plain data. */
export type Change = {
  account_id: string
  phone_number_id?: string
  field: string
  value: Record<string, unknown>
  /** Unix seconds; only account-level fields carry it. */
  time?: number
  /** One line for the log. */
  summary: string
  /** The customer it is about, and the kind of message or status: what rules match. */
  wa_id?: string
  type?: string
}

export type Changes = {
  /**
   * Tells the apps that listen, now and again until they acknowledge it. Resolves to whether the first attempt was
   * acknowledged; to false at once where there is none yet. Never rejects.
   */
  tell(change: Change): Promise<boolean>
  /** The same past all rules: what a rule has put off. */
  tellLate(change: Change, badlySigned: boolean): void
  /** Posts what was gathered under this key. */
  postBatch(key: string): void
  /** Forgets what was gathered; the state it came from is gone. */
  clear(): void
}

type Entry = { id: string; time?: number; changes: { value: unknown; field: string }[] }

/** Meta rule: no payload is larger, in bytes. */
const LARGEST = 3 * 1024 * 1024

/** What happens to changes before they are webhooks: rules, batches, and the log. */
export function createChanges(simulation: Simulation): Changes {
  const batches = new Map<string, { change: Change; entries: Entry[]; count: number }>()
  let lastId = highestId(simulation)

  function send(change: Change, badlySigned: boolean): Promise<boolean> {
    const { batch } = simulation.settings.webhooks
    if (!batch) return record(change, [entryOf(change)], badlySigned)
    const key = `${change.account_id} ${change.phone_number_id ?? ''}`
    const gathered = batches.get(key) ?? { change, entries: [], count: 0 }
    if (gathered.count === 0) simulation.after(batch.within_ms, { do: 'post batch', key })
    batches.set(key, gathered)
    gather(gathered.entries, entryOf(change))
    gathered.count += 1
    if (gathered.count >= batch.most) postBatch(key)
    return Promise.resolve(false)
  }

  function postBatch(key: string): void {
    const gathered = batches.get(key)
    batches.delete(key)
    if (!gathered) return
    const { change, entries, count } = gathered
    record({ ...change, summary: `${count} changes, the first: ${change.summary}` }, entries, false)
  }

  function record(change: Change, entries: Entry[], badlySigned: boolean): Promise<boolean> {
    const { state, settings } = simulation
    const body = serialise({ object: 'whatsapp_business_account', entry: entries })
    const app_ids = listenersOf(state, known(state.accounts, change.account_id), change.field)
    const webhook: Webhook = {
      id: ++lastId,
      account_id: change.account_id,
      field: change.field,
      summary: change.summary,
      body: body.toString('latin1'),
      created_at: simulation.now(),
      app_ids,
      attempts: [],
      status: 'pending',
    }
    if (change.phone_number_id !== undefined) webhook.phone_number_id = change.phone_number_id
    if (badlySigned) webhook.badly_signed = true
    state.webhooks.set(webhook.id, webhook)
    keepFew(state.webhooks, settings.limits.webhooks_kept)
    if (app_ids.length === 0 || body.length > LARGEST || state.webhooks.size > settings.limits.webhooks_waiting) {
      webhook.status = 'not_sent'
      return Promise.resolve(false)
    }
    return simulation.webhooks.attempt(webhook)
  }

  return {
    tell(change) {
      const fault = simulation.rules.webhookFault(change)
      return fault ? tellWith(fault, change) : send(change, false)
    },
    tellLate(change, badlySigned) {
      send(change, badlySigned)
    },
    postBatch,
    clear() {
      batches.clear()
      lastId = highestId(simulation)
    },
  }

  function tellWith(fault: WebhookFault, change: Change): Promise<boolean> {
    if (fault.drop) return Promise.resolve(false)
    const edited = { ...change, value: fault.edit(structuredClone(change.value), userIdOf(simulation, change)) }
    let first: Promise<boolean> | undefined
    for (let copy = 0; copy <= fault.copies; copy += 1) {
      if (fault.late_ms > 0) {
        simulation.after(fault.late_ms, { do: 'tell', change: edited, badly_signed: fault.badlySigned })
        continue
      }
      const sent = send(edited, fault.badlySigned)
      first ??= sent
    }
    return first ?? Promise.resolve(false)
  }
}

function entryOf({ account_id, field, value, time }: Change): Entry {
  const changes = [{ value, field }]
  return time === undefined ? { id: account_id, changes } : { id: account_id, time, changes }
}

// Changes of one account and one moment share an entry.
function gather(entries: Entry[], added: Entry): void {
  const last = entries.at(-1)
  if (last && last.time === added.time) last.changes.push(...added.changes)
  else entries.push(added)
}

function userIdOf({ state }: Simulation, { wa_id }: Change): string {
  return wa_id === undefined ? '' : customerOf(state, wa_id).user_id
}

function highestId({ state }: Simulation): number {
  return [...state.webhooks.keys()].reduce((highest, id) => Math.max(highest, id), 0)
}
