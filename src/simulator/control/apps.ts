import { z } from 'zod'
import { verifyCallback } from '../webhooks/verify-callback.ts'
import { defineRoute } from './define.ts'
import { ControlError, found } from './error.ts'

const url = z
  .httpUrl()
  .or(z.url({ protocol: /^https?$/ }))
  .nullable()

export const listApps = defineRoute({
  method: 'GET',
  path: '/apps',
  summary: 'The Meta apps, with where their webhooks go',
  answers: '`{data: [{id, name, secret, callback_url, fields}]}`',
  handle: ({ state }) => ({
    data: [...state.apps.values()].map(({ id, name, secret, callback_url = null, fields }) => ({
      id,
      name,
      secret,
      callback_url,
      fields,
    })),
  }),
})

const callback = z.strictObject({
  callback_url: url.describe('null for none'),
  verify_token: z.string().max(1000).default(''),
  app_id: z.string().optional().describe('Default: the first app'),
  verified: z.literal(true).optional().describe('It counts as verified: no handshake'),
})

export const setCallback = defineRoute({
  method: 'PUT',
  path: '/app/callback',
  summary: "Where an app's webhooks go, after Meta's handshake",
  body: callback,
  answers: '`{callback_url, verified}`; 400 with code 2200 when the handshake fails',
  async handle(simulation, { body }) {
    const { callback_url, verify_token } = body
    const [first] = simulation.state.apps.values()
    const app = found(body.app_id === undefined ? first : simulation.state.apps.get(body.app_id), 'app')
    if (callback_url !== null) {
      const failure = body.verified ? null : await verifyCallback(simulation, callback_url, verify_token)
      if (failure) throw new ControlError(400, failure, { field: 'callback_url', code: 2200 })
      app.callback_url = callback_url
    } else delete app.callback_url
    app.verify_token = verify_token
    return { callback_url, verified: callback_url !== null }
  },
})
