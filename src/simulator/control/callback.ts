import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Simulation } from '../simulation.ts'
import { verifyCallback } from '../webhooks/verify-callback.ts'
import { ControlError, parseWith } from './error.ts'

const callback = z.strictObject({
  callback_url: z
    .httpUrl()
    .or(z.url({ protocol: /^https?$/ }))
    .nullable(),
  verify_token: z.string().max(1000).default(''),
})

export function callbackRoutes(app: FastifyInstance, simulation: Simulation): void {
  app.put('/app/callback', async (request) => {
    const { callback_url, verify_token } = parseWith(callback, request.body)
    if (callback_url !== null) {
      const failure = await verifyCallback(simulation, callback_url, verify_token)
      if (failure) throw new ControlError(400, failure, { type: 'OAuthException', code: 2200 })
    }
    simulation.state.app.callback_url = callback_url ?? undefined
    simulation.state.app.verify_token = verify_token
    return { callback_url, verified: callback_url !== null }
  })
}
