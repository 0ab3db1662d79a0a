import { createHash } from 'node:crypto'
import { type Account, type GraphObject, newCustomer, type State, type Template } from './state.ts'
import { variablesIn } from './templates/variables.ts'
import type { AccountSeed, TemplateSeed, World } from './world.ts'

/** The state the world describes. Throws when two things of the world share an id. `now`: microseconds. */
export function seedState(world: World, now: number): State {
  const { app } = world
  const state: State = {
    app: {
      id: app.id,
      secret: app.secret,
      name: app.name ?? 'Simulated app',
      callback_url: app.callback_url,
      verify_token: app.verify_token,
    },
    accounts: [],
    objects: new Map(),
    customers: new Map(),
    messages: new Map(),
  }
  for (const seed of world.accounts) addAccount(state, seed, now)
  for (const { wa_id, name } of world.customers ?? []) state.customers.set(wa_id, newCustomer(wa_id, name, true))
  return state
}

function addAccount(state: State, seed: AccountSeed, now: number): void {
  const account: Account = {
    id: seed.id,
    name: seed.name,
    access_token: seed.access_token,
    template_namespace: createHash('sha256').update(seed.id).digest('hex').slice(0, 32),
    phone_numbers: [],
    templates: new Map(),
    deleted_templates: [],
    catalog: seed.catalog,
  }
  name(state, seed.id, { kind: 'account', account })
  for (const number of seed.phone_numbers) {
    const added = { ...number, digits: number.display_phone_number.replace(/\D/g, ''), account }
    account.phone_numbers.push(added)
    name(state, number.id, { kind: 'number', number: added })
  }
  for (const template of seed.templates ?? []) {
    const added = seededTemplate(template, account, now)
    account.templates.set(added.id, added)
    name(state, added.id, { kind: 'template', template: added })
  }
  state.accounts.push(account)
}

// A seed that says nothing about its format tells by its variables: {{1}} or {{name}}.
function hasNames(seed: TemplateSeed): boolean {
  const texts = seed.components.map((component) => component.text)
  return texts.some((text) => typeof text === 'string' && variablesIn(text).some((name) => !/^\d+$/.test(name)))
}

function seededTemplate(seed: TemplateSeed, account: Account, now: number): Template {
  return {
    id: seed.id ?? seededId(`${account.id}/${seed.name}/${seed.language}`),
    account,
    name: seed.name,
    language: seed.language,
    category: seed.category.toUpperCase(),
    parameter_format:
      seed.parameter_format?.toUpperCase() === 'NAMED' || (seed.parameter_format === undefined && hasNames(seed))
        ? 'NAMED'
        : 'POSITIONAL',
    components: seed.components,
    status: seed.status ?? 'APPROVED',
    rejected_reason: 'NONE',
    updated_at: now,
  }
}

// A template without an id of its own keeps the same one over restarts: clients store it.
function seededId(text: string): string {
  const digest = createHash('sha256').update(text).digest()
  return String(1_000_000_000_000_000 + Number(digest.readBigUInt64BE() % 8_000_000_000_000_000n))
}

function name(state: State, id: string, object: GraphObject): void {
  if (state.objects.has(id)) throw new Error(`Two things in the simulated world have the id ${id}.`)
  state.objects.set(id, object)
}
