import { createHash } from 'node:crypto'
import { StartError } from '../lib/start-error.ts'
import { newCustomer } from './customers.ts'
import { type Account, type App, objectOf, type PhoneNumber, SCOPES, type State, type Template } from './state.ts'
import { untried } from './templates/untried.ts'
import { variablesIn } from './templates/variables.ts'
import {
  type AccountSeed,
  type AppSeed,
  type NumberSeed,
  type TemplateSeed,
  type World,
  world as worldSchema,
} from './world.ts'

/** The state the world describes. Throws when the world makes no sense, or two things share an id. `now`: microseconds. */
export function seedState(given: World, now: number): State {
  const world = readWorld(given)
  const state = emptyState()
  for (const app of [world.app, ...(world.other_apps ?? [])]) {
    claim(state, app.id)
    state.apps.set(app.id, appOf(app))
  }
  for (const account of world.accounts) addAccount(state, account, world.app.id, now)
  for (const { wa_id, name } of world.customers ?? []) state.customers.set(wa_id, newCustomer(wa_id, name, true))
  return state
}

function readWorld(given: World) {
  const { success, data, error } = worldSchema.safeParse(given)
  if (success) return data
  const [issue] = error.issues
  throw new StartError(`The simulated world makes no sense at ${issue?.path.join('.')}: ${issue?.message}.`)
}

function emptyState(): State {
  return {
    apps: new Map(),
    tokens: new Map(),
    accounts: new Map(),
    numbers: new Map(),
    templates: new Map(),
    media: new Map(),
    uploads: new Map(),
    flows: new Map(),
    groups: new Map(),
    customers: new Map(),
    messages: new Map(),
    rules: [],
    buckets: new Map(),
    reached: new Map(),
    webhooks: new Map(),
  }
}

function appOf({ id, secret, name = 'Simulated app', callback_url, verify_token, fields }: AppSeed): App {
  return {
    id,
    name,
    secret,
    fields: fields ?? null,
    ...(callback_url === undefined ? {} : { callback_url }),
    ...(verify_token === undefined ? {} : { verify_token }),
  }
}

function addAccount(state: State, seed: AccountSeed, app_id: string, now: number): void {
  claim(state, seed.id)
  const account: Account = {
    id: seed.id,
    name: seed.name,
    business_id: seed.business_id ?? numericId(`business of ${seed.id}`),
    currency: 'USD',
    timezone_id: '1',
    template_namespace: createHash('sha256').update(seed.id).digest('hex').slice(0, 32),
    verified: seed.verified ?? true,
    condition: 'active',
    tier: seed.tier ?? 'TIER_2K',
    test: seed.test !== undefined,
    allowed_recipients: seed.test?.allowed_recipients ?? [],
    restricted_countries: [],
    is_enabled_for_insights: false,
    subscribed_apps: [...state.apps.keys()].map((id) => ({ app_id: id })),
    deleted_templates: [],
    ...(seed.catalog ? { catalog: seed.catalog } : {}),
  }
  state.accounts.set(account.id, account)
  addToken(state, seed.access_token, account.id, app_id, now)
  for (const number of seed.phone_numbers) {
    claim(state, number.id)
    state.numbers.set(number.id, seededNumber(number, account, now))
  }
  for (const template of seed.templates ?? []) {
    const added = seededTemplate(template, account, now)
    claim(state, added.id)
    state.templates.set(added.id, added)
  }
  for (const { id, name, status = 'PUBLISHED' } of seed.flows ?? []) {
    claim(state, id)
    const flow = {
      id,
      account_id: account.id,
      name,
      status,
      categories: ['OTHER'],
      validation_errors: [],
      updated_at: now,
    }
    state.flows.set(id, flow)
  }
}

function addToken(state: State, token: string, account_id: string, app_id: string, now: number): void {
  const known = state.tokens.get(token)
  if (known) known.account_ids.push(account_id)
  else state.tokens.set(token, { token, app_id, account_ids: [account_id], scopes: [...SCOPES], issued_at: now })
}

/** A registered number in good health. */
function seededNumber(seed: NumberSeed, account: Account, now: number): PhoneNumber {
  return {
    ...newNumber(seed, account.id, now),
    name_status: 'APPROVED',
    status: 'CONNECTED',
    code_verification_status: 'VERIFIED',
    onboarded_at: now,
  }
}

/** A number as it is before it is verified and registered. */
export function newNumber(
  seed: Pick<NumberSeed, 'id' | 'display_phone_number' | 'verified_name' | 'throughput' | 'coexistence'>,
  account_id: string,
  now: number,
): PhoneNumber {
  const { id, display_phone_number, verified_name, throughput = 'STANDARD', coexistence = false } = seed
  return {
    id,
    account_id,
    display_phone_number,
    digits: display_phone_number.replace(/\D/g, ''),
    verified_name,
    name_status: 'PENDING_REVIEW',
    status: 'PENDING',
    code_verification_status: 'NOT_VERIFIED',
    quality: 'GREEN',
    throughput,
    coexistence,
    wrong_pins: 0,
    created_at: now,
    profile: { vertical: 'UNDEFINED' },
    commerce: { is_cart_enabled: true, is_catalog_visible: false },
    conversational_automation: {},
    settings: {},
    qr_codes: new Map(),
    blocked: [],
  }
}

// A seed that says nothing about its format tells by its variables: {{1}} or {{name}}.
function hasNames(seed: TemplateSeed): boolean {
  const texts = seed.components.map((component) => component.text)
  return texts.some((text) => typeof text === 'string' && variablesIn(text).some((name) => !/^\d+$/.test(name)))
}

function seededTemplate(seed: TemplateSeed, account: Account, now: number): Template {
  const named = seed.parameter_format?.toUpperCase() === 'NAMED'
  return {
    id: seed.id ?? numericId(`${account.id}/${seed.name}/${seed.language}`),
    account_id: account.id,
    name: seed.name,
    language: seed.language,
    category: seed.category.toUpperCase(),
    parameter_format: named || (seed.parameter_format === undefined && hasNames(seed)) ? 'NAMED' : 'POSITIONAL',
    components: seed.components,
    status: seed.status ?? 'APPROVED',
    ...untried(now),
    ...(seed.message_send_ttl_seconds === undefined ? {} : { message_send_ttl_seconds: seed.message_send_ttl_seconds }),
  }
}

// What has no id of its own in the world keeps the same one over restarts: clients store it.
function numericId(text: string): string {
  const digest = createHash('sha256').update(text).digest()
  return String(1_000_000_000_000_000 + Number(digest.readBigUInt64BE() % 8_000_000_000_000_000n))
}

function claim(state: State, id: string): void {
  if (objectOf(state, id)) throw new StartError(`Two things in the simulated world have the id ${id}.`)
}
