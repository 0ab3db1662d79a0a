import { z } from 'zod'
import type { Simulation } from '../simulation.ts'
import { defineRoute } from './define.ts'
import { ControlError } from './error.ts'

const YEAR_MS = 366 * 86_400_000

export const readClock = defineRoute({
  method: 'GET',
  path: '/clock',
  summary: 'The simulated time, and what is still to happen in it',
  answers: '`{now, frozen, speed, waiting}`; waiting: how many things are set to happen',
  handle: (simulation) => clockOf(simulation),
})

export const setClock = defineRoute({
  method: 'PATCH',
  path: '/clock',
  summary: 'Freezes the simulated time, lets it go on, or makes it faster',
  body: z.strictObject({ frozen: z.boolean().optional(), speed: z.number().positive().max(1_000_000).optional() }),
  answers: 'As GET /clock',
  handle(simulation, { body }) {
    simulation.timeline.set(body)
    return clockOf(simulation)
  },
})

export const advanceClock = defineRoute({
  method: 'POST',
  path: '/clock/advance',
  summary: 'Moves the simulated time on; done when everything on the way has happened and its webhooks are answered',
  body: z
    .strictObject({ ms: z.number().int().min(0).max(YEAR_MS).optional(), to: z.iso.datetime().optional() })
    .refine(({ ms, to }) => (ms === undefined) !== (to === undefined), 'give ms or to'),
  answers: 'As GET /clock',
  async handle(simulation, { body }) {
    const ms = body.ms ?? Date.parse(body.to ?? '') - simulation.now() / 1000
    if (ms < 0) throw new ControlError(400, 'to: is in the past, and time does not run backwards', { field: 'to' })
    if (ms > YEAR_MS) throw new ControlError(400, 'to: is more than a year ahead', { field: 'to' })
    await simulation.timeline.advance(ms)
    return clockOf(simulation)
  },
})

function clockOf({ timeline, now }: Simulation) {
  const { frozen, speed } = timeline
  return { now: new Date(now() / 1000).toISOString(), frozen, speed, waiting: timeline.waiting().length }
}
