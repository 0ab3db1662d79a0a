import { z } from 'zod'
import { effects } from '../faults/index.ts'
import type { Rule } from '../state.ts'
import { defineRoute } from './define.ts'
import { ControlError, found, parseWith } from './error.ts'

const names = effects.map(({ name }) => name) as [string, ...string[]]

const newRule = z.strictObject({
  effect: z.enum(names).describe('GET /effects tells what each does and takes'),
  with: z.record(z.string(), z.unknown()).default({}).describe('What the effect takes'),
  match: z
    .strictObject({
      to: z
        .string()
        .regex(/^\d{7,15}$/, 'must be the digits of a customer')
        .optional(),
      phone_number_id: z.string().optional(),
      method: z.enum(['GET', 'POST', 'DELETE']).optional().describe('Of a request'),
      path: z.string().min(1).optional().describe('A part of the path of a request, for example /messages'),
      type: z.string().optional().describe('The type of a message; of a webhook its message type or status'),
      field: z.string().optional().describe('Of a webhook'),
    })
    .default({})
    .describe('What it applies to; what is left out may be anything'),
  times: z.number().int().min(1).optional().describe('Applies to the next n that match, and no more'),
  every: z.number().int().min(1).optional().describe('Applies to every nth that matches'),
  chance: z.number().min(0).max(1).optional().describe('Applies with this probability, drawn by the seed'),
})

export const listRules = defineRoute({
  method: 'GET',
  path: '/rules',
  summary: 'The rules, with how often each matched and applied',
  answers: '`{data: [rule]}`',
  handle: ({ state }) => ({ data: state.rules }),
})

export const addRule = defineRoute({
  method: 'POST',
  path: '/rules',
  summary: 'Makes something go wrong: for whom, how often, and what',
  body: newRule,
  status: 201,
  answers: 'The rule, with its id',
  handle({ state }, { body }) {
    const effect = effects.find(({ name }) => name === body.effect)
    if (!effect) throw new ControlError(400, 'effect: is not known', { field: 'effect' })
    const taken = parseWith(z.strictObject({ with: effect.with }), { with: body.with }).with
    const { times, every, chance } = body
    const rule: Rule = {
      id: Math.max(0, ...state.rules.map(({ id }) => id)) + 1,
      effect: effect.name,
      with: taken,
      match: body.match,
      ...(times === undefined ? {} : { times }),
      ...(every === undefined ? {} : { every }),
      ...(chance === undefined ? {} : { chance }),
      matched: 0,
      applied: 0,
    }
    state.rules.push(rule)
    return rule
  },
})

export const removeRule = defineRoute({
  method: 'DELETE',
  path: '/rules/{id}',
  summary: 'Ends one rule',
  params: z.object({ id: z.coerce.number().int() }),
  answers: 'The rule as it was',
  handle({ state }, { params }) {
    const rule = found(
      state.rules.find(({ id }) => id === params.id),
      'rule',
    )
    state.rules = state.rules.filter((one) => one !== rule)
    return rule
  },
})

export const removeRules = defineRoute({
  method: 'DELETE',
  path: '/rules',
  summary: 'Ends all rules',
  answers: '`{removed}`: how many there were',
  handle({ state }) {
    const removed = state.rules.length
    state.rules = []
    return { removed }
  },
})

export const listEffects = defineRoute({
  method: 'GET',
  path: '/effects',
  summary: 'Everything that can go wrong, with what it takes and the numbers that choose it',
  answers: '`{data: [{name, stage, about, with, magic}]}`; with: a JSON schema',
  handle: () => ({
    data: effects.map(({ name, stage, about, with: taken, magic }) => {
      const { $schema: _, ...schema } = z.toJSONSchema(taken, { io: 'input' })
      return { name, stage, about, with: schema, magic: Object.keys(magic ?? {}) }
    }),
  }),
})
