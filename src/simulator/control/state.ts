import { z } from 'zod'
import { takeSnapshot } from '../snapshot.ts'
import { defineRoute } from './define.ts'
import { unfit } from './error.ts'

const LARGEST_IMPORT = 512 * 1024 * 1024

export const health = defineRoute({
  method: 'GET',
  path: '/health',
  summary: 'Whether it runs, and the simulated time',
  answers: '`{status, now}`',
  open: true,
  handle: ({ now }) => ({ status: 'ok', now: new Date(now() / 1000).toISOString() }),
})

export const exportState = defineRoute({
  method: 'GET',
  path: '/state',
  summary: 'Everything there is: state, settings, what is still to come, and the bytes of the media',
  answers: 'A document for PUT /state',
  handle: (simulation) => takeSnapshot(simulation),
})

export const importState = defineRoute({
  method: 'PUT',
  path: '/state',
  summary: 'Goes on from an export; everything else is forgotten',
  body: z.unknown(),
  bodyLimit: LARGEST_IMPORT,
  answers: '`{now}`: the time it goes on from',
  async handle(simulation, { body }) {
    try {
      await simulation.restore(body)
    } catch (error) {
      throw error instanceof z.ZodError ? unfit(error) : error
    }
    return { now: new Date(simulation.now() / 1000).toISOString() }
  },
})

export const resetState = defineRoute({
  method: 'DELETE',
  path: '/state',
  summary: 'Back to the world it was started with, settings and rules too; the clock goes on',
  answers: '`{now}`',
  async handle(simulation) {
    await simulation.reset()
    return { now: new Date(simulation.now() / 1000).toISOString() }
  },
})
