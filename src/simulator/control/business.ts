import { z } from 'zod'
import { setStatus } from '../graph/flow/flow-status.ts'
import { startUpgrade } from '../rates/upgrade.ts'
import { type Simulation, seconds } from '../simulation.ts'
import { type Account, SCOPES, TIERS, type Tier } from '../state.ts'
import { changeCategory, changeQuality, endPacing, pause, unpause } from '../templates/quality.ts'
import { tellStatus } from '../templates/review.ts'
import { defineRoute } from './define.ts'
import { ControlError, found } from './error.ts'
import { withIsoTimes } from './iso-times.ts'

const params = z.object({ id: z.string() })
const tiers = Object.keys(TIERS) as [Tier, ...Tier[]]

export const listAccounts = defineRoute({
  method: 'GET',
  path: '/accounts',
  summary: 'The business accounts',
  answers: '`{data: [account]}`',
  handle: ({ state }) => ({ data: withIsoTimes(state.accounts) }),
})

export const changeAccount = defineRoute({
  method: 'PATCH',
  path: '/accounts/{id}',
  summary: 'How an account stands: locked, restricted, unpaid, its tier, its test recipients; told by webhook',
  params,
  body: z.strictObject({
    condition: z
      .enum(['active', 'locked', 'restricted', 'policy_blocked', 'payment_issue', 'maintenance'])
      .optional()
      .describe('131031, 131048 for templates, 368, 131042, 131057'),
    tier: z.enum(tiers).optional(),
    verified: z.boolean().optional(),
    test: z.boolean().optional().describe('131030 for all but allowed_recipients'),
    allowed_recipients: z.array(z.string()).max(5).optional(),
    restricted_countries: z.array(z.string().length(2)).optional().describe('130497'),
  }),
  answers: 'The account',
  async handle(simulation, { params, body }) {
    const account = found(simulation.state.accounts.get(params.id), 'account')
    const { condition, tier } = account
    Object.assign(account, body)
    if (account.tier !== tier) await tellTier(simulation, account)
    if (account.condition !== condition) await tellCondition(simulation, account, condition)
    return withIsoTimes(account)
  },
})

function tellTier(simulation: Simulation, account: Account) {
  return tellAccount(simulation, account, 'business_capability_update', {
    max_daily_conversations_per_business: account.tier,
    max_phone_numbers_per_business: account.verified ? 20 : 2,
  })
}

async function tellCondition(simulation: Simulation, account: Account, before: Account['condition']): Promise<void> {
  const restricted = account.condition === 'restricted' || account.condition === 'policy_blocked'
  if (restricted) {
    const restriction_type = 'RESTRICTED_BIZ_INITIATED_MESSAGING'
    await tellAccount(simulation, account, 'account_update', {
      event: 'ACCOUNT_RESTRICTION',
      restriction_info: [{ restriction_type, expiration: String(seconds(simulation.now()) + 86_400) }],
    })
  }
  if (account.condition !== 'locked' && before !== 'locked') return
  const date = new Date(simulation.now() / 1000).toLocaleDateString('en-US', { dateStyle: 'long', timeZone: 'UTC' })
  await tellAccount(simulation, account, 'account_update', {
    event: 'DISABLED_UPDATE',
    ban_info: { waba_ban_state: account.condition === 'locked' ? 'DISABLE' : 'REINSTATE', waba_ban_date: date },
  })
}

function tellAccount(simulation: Simulation, account: Account, field: string, value: Record<string, unknown>) {
  const time = seconds(simulation.now())
  return simulation.changes.tell({ account_id: account.id, field, time, value, summary: `${field} of ${account.id}` })
}

export const listNumbers = defineRoute({
  method: 'GET',
  path: '/phone_numbers',
  summary: 'The business phone numbers; `code`: what request_code has sent last',
  answers: '`{data: [phone_number]}`',
  handle: ({ state }) => ({ data: withIsoTimes(state.numbers) }),
})

export const changePhoneNumber = defineRoute({
  method: 'PATCH',
  path: '/phone_numbers/{id}',
  summary: 'How a number stands: status, quality, throughput, display name',
  params,
  body: z.strictObject({
    status: z.enum(['CONNECTED', 'PENDING', 'DISCONNECTED', 'FLAGGED', 'RESTRICTED', 'BANNED']).optional(),
    quality: z.enum(['GREEN', 'YELLOW', 'RED', 'UNKNOWN']).optional(),
    throughput: z.enum(['STANDARD', 'HIGH']).optional(),
    name_status: z.enum(['APPROVED', 'PENDING_REVIEW', 'DECLINED']).optional().describe('131037 for 555 numbers'),
    coexistence: z.boolean().optional(),
  }),
  answers: 'The number',
  handle(simulation, { params, body }) {
    const number = found(simulation.state.numbers.get(params.id), 'phone number')
    const { throughput, ...rest } = body
    Object.assign(number, rest)
    if (throughput === 'HIGH' && number.throughput === 'STANDARD') startUpgrade(simulation, number)
    else if (throughput) number.throughput = throughput
    return withIsoTimes(number)
  },
})

export const changeTemplate = defineRoute({
  method: 'PATCH',
  path: '/templates/{id}',
  summary: 'What becomes of a template: quality (RED pauses it), pause, category, pacing; told by webhook',
  params,
  body: z.strictObject({
    quality: z.enum(['GREEN', 'YELLOW', 'RED', 'UNKNOWN']).optional(),
    status: z.enum(['APPROVED', 'PAUSED', 'DISABLED', 'REJECTED']).optional(),
    category: z.enum(['UTILITY', 'MARKETING', 'AUTHENTICATION']).optional(),
    announced: z.boolean().optional().describe('The category changes only later: the business is told'),
    paced: z.boolean().optional().describe('Sends are held until PATCH with pacing'),
    pacing: z.enum(['release', 'drop']).optional().describe('What becomes of what is held'),
  }),
  answers: 'The template',
  handle(simulation, { params, body }) {
    const template = found(simulation.state.templates.get(params.id), 'template')
    if (body.paced !== undefined) template.paced = body.paced
    if (body.pacing) endPacing(simulation, template, body.pacing)
    if (body.category) changeCategory(simulation, template, body.category, body.announced !== true)
    if (body.quality) changeQuality(simulation, template, body.quality)
    if (body.status && body.status !== template.status) {
      if (body.status === 'PAUSED') pause(simulation, template)
      else if (body.status === 'APPROVED' && template.status === 'PAUSED') unpause(simulation, template)
      else {
        template.status = body.status
        tellStatus(simulation, template, body.status)
      }
    }
    return withIsoTimes(template)
  },
})

export const changeFlow = defineRoute({
  method: 'PATCH',
  path: '/flows/{id}',
  summary: 'Meta throttles or blocks a flow, or lets it be; told by webhook',
  params,
  body: z.strictObject({ status: z.enum(['PUBLISHED', 'THROTTLED', 'BLOCKED']) }),
  answers: 'The flow',
  handle(simulation, { params, body }) {
    const flow = found(simulation.state.flows.get(params.id), 'flow')
    if (flow.status !== body.status) setStatus(simulation, flow, body.status)
    return withIsoTimes(flow)
  },
})

export const listTokens = defineRoute({
  method: 'GET',
  path: '/tokens',
  summary: 'The access tokens, with what they see',
  answers: '`{data: [token]}`',
  handle: ({ state }) => ({ data: withIsoTimes(state.tokens) }),
})

export const addToken = defineRoute({
  method: 'POST',
  path: '/tokens',
  summary: 'Another token, for chosen accounts and permissions, perhaps for a time only',
  body: z.strictObject({
    account_ids: z.array(z.string()).min(1),
    scopes: z.array(z.enum(SCOPES)).default([...SCOPES]),
    expires_in_ms: z.number().int().min(1).optional(),
    app_id: z.string().optional(),
  }),
  status: 201,
  answers: 'The token',
  handle({ state, ids, now }, { body }) {
    const { account_ids, scopes, expires_in_ms } = body
    for (const id of account_ids) {
      if (!state.accounts.has(id))
        throw new ControlError(400, `account_ids: no account is ${id}`, { field: 'account_ids' })
    }
    const [app] = state.apps.keys()
    const token = {
      token: `EAAS${ids.opaque(60)}`,
      app_id: body.app_id ?? app ?? '',
      account_ids,
      scopes,
      issued_at: now(),
      ...(expires_in_ms === undefined ? {} : { expires_at: now() + expires_in_ms * 1000 }),
    }
    state.tokens.set(token.token, token)
    return withIsoTimes(token)
  },
})

export const changeToken = defineRoute({
  method: 'PATCH',
  path: '/tokens',
  summary: 'A token is invalidated (190/467), expires (190/463), or loses permissions (10, 200)',
  body: z.strictObject({
    token: z.string(),
    invalidated: z.boolean().optional(),
    expires_in_ms: z.number().int().min(0).optional().describe('0: at once'),
    scopes: z.array(z.enum(SCOPES)).optional(),
  }),
  answers: 'The token',
  handle({ state, now }, { body }) {
    const token = found(state.tokens.get(body.token), 'token')
    if (body.invalidated !== undefined) token.invalidated = body.invalidated
    if (body.scopes) token.scopes = body.scopes
    if (body.expires_in_ms !== undefined) token.expires_at = now() + body.expires_in_ms * 1000
    return withIsoTimes(token)
  },
})
