import type { Account } from './state/account.ts'
import type { Customer } from './state/customer.ts'
import type { Flow } from './state/flow.ts'
import type { Group } from './state/group.ts'
import type { Media, Upload } from './state/media.ts'
import type { Message } from './state/message.ts'
import type { App, Token } from './state/meta-app.ts'
import type { PhoneNumber } from './state/phone-number.ts'
import type { Bucket, Rule } from './state/rule.ts'
import type { Template } from './state/template.ts'
import type { Webhook } from './state/webhook.ts'

export { type Account, type Override, TIERS, type Tier } from './state/account.ts'
export type { Customer } from './state/customer.ts'
export type { Flow } from './state/flow.ts'
export type { Group } from './state/group.ts'
export type { Media, MediaCopy, Upload } from './state/media.ts'
export type { Message, MessageStatus, Quirk, RenderedTemplate } from './state/message.ts'
export { type App, SCOPES, type Token } from './state/meta-app.ts'
export type { PhoneNumber, QrCode, Quality } from './state/phone-number.ts'
export type { Bucket, Rule } from './state/rule.ts'
export type { Template } from './state/template.ts'
export type { Webhook } from './state/webhook.ts'

/**
 * Everything the simulated Meta knows. Plain data that refers by id, so that it can be written out and read in again as it
 * is; times are microseconds since 1970.
 */
export type State = {
  apps: Map<string, App>
  /** By the token itself. */
  tokens: Map<string, Token>
  accounts: Map<string, Account>
  numbers: Map<string, PhoneNumber>
  /** In the order of creation. */
  templates: Map<string, Template>
  media: Map<string, Media>
  uploads: Map<string, Upload>
  flows: Map<string, Flow>
  groups: Map<string, Group>
  /** By wa_id. */
  customers: Map<string, Customer>
  /** Every message kept, oldest first. */
  messages: Map<string, Message>
  rules: Rule[]
  /** What was used up of every rate, by its name. */
  buckets: Map<string, Bucket>
  /** Per business: who was reached outside the service window, and when last; longest ago first. */
  reached: Map<string, Map<string, number>>
  /** Every webhook kept, oldest first. */
  webhooks: Map<number, Webhook>
}

/** What an id on the Graph surface can name. */
export type GraphObject =
  | { kind: 'app'; app: App }
  | { kind: 'account'; account: Account }
  | { kind: 'business'; business_id: string; account: Account }
  | { kind: 'number'; number: PhoneNumber }
  | { kind: 'template'; template: Template }
  | { kind: 'media'; media: Media }
  | { kind: 'flow'; flow: Flow }
  | { kind: 'upload'; upload: Upload }
  | { kind: 'group'; group: Group }

/** What has this id; ids name one thing over all kinds. */
export function objectOf(state: State, id: string): GraphObject | undefined {
  const number = state.numbers.get(id)
  if (number) return { kind: 'number', number }
  const media = state.media.get(id)
  if (media) return { kind: 'media', media }
  const template = state.templates.get(id)
  if (template) return { kind: 'template', template }
  const account = state.accounts.get(id)
  if (account) return { kind: 'account', account }
  const flow = state.flows.get(id)
  if (flow) return { kind: 'flow', flow }
  const app = state.apps.get(id)
  if (app) return { kind: 'app', app }
  const upload = state.uploads.get(id)
  if (upload) return { kind: 'upload', upload }
  const group = state.groups.get(id)
  if (group) return { kind: 'group', group }
  for (const owned of state.accounts.values()) {
    if (owned.business_id === id) return { kind: 'business', business_id: id, account: owned }
  }
  return undefined
}

/** Whether a token sees this; tokens see accounts and their app. */
export function isSeen(state: State, token: Token, object: GraphObject): boolean {
  if (object.kind === 'app') return object.app.id === token.app_id
  if (object.kind === 'upload') return object.upload.app_id === token.app_id
  return token.account_ids.includes(accountOf(state, object).id)
}

function accountOf(state: State, object: Exclude<GraphObject, { kind: 'app' | 'upload' }>): Account {
  if (object.kind === 'account' || object.kind === 'business') return object.account
  if (object.kind === 'template') return known(state.accounts, object.template.account_id)
  if (object.kind === 'flow') return known(state.accounts, object.flow.account_id)
  const number_id =
    object.kind === 'number'
      ? object.number.id
      : object.kind === 'media'
        ? object.media.phone_number_id
        : object.group.phone_number_id
  return accountOfNumber(state, numberOf(state, number_id))
}

export function accountOfNumber(state: State, number: PhoneNumber): Account {
  return known(state.accounts, number.account_id)
}

/** The number with an id that another part of the state holds. */
export function numberOf(state: State, id: string): PhoneNumber {
  return known(state.numbers, id)
}

/** What an id of the state's own must name. Throws when it does not: a mistake of the simulator. */
export function known<T>(things: Map<string, T>, id: string): T {
  const thing = things.get(id)
  if (thing === undefined) throw new Error(`Nothing has the id ${id}.`)
  return thing
}

export function templatesOf(state: State, account: Account): Template[] {
  return [...state.templates.values()].filter((template) => template.account_id === account.id)
}

export function numbersOf(state: State, account: Account): PhoneNumber[] {
  return [...state.numbers.values()].filter((number) => number.account_id === account.id)
}
