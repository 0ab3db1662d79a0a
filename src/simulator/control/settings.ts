import { z } from 'zod'
import { changeSettings, limits, type SettingsChange, settingsSchema, timings, webhooks } from '../settings.ts'
import { SWITCHES } from '../switches.ts'
import { defineRoute } from './define.ts'
import { unfit } from './error.ts'

export const readSettings = defineRoute({
  method: 'GET',
  path: '/settings',
  summary: 'Timings, limits, webhooks and switches as they are',
  answers: 'Every setting',
  handle: ({ settings }) => settings,
})

export const setSettings = defineRoute({
  method: 'PATCH',
  path: '/settings',
  summary: 'Changes some settings, from now on',
  body: z.strictObject({
    timings: partial(timings).optional(),
    limits: partial(limits).optional(),
    webhooks: partial(webhooks).optional(),
    switches: partial(z.strictObject(SWITCHES)).optional(),
    fetch_links: z.boolean().optional(),
    app_usage: z.boolean().optional(),
    magic_prefix: settingsSchema.shape.magic_prefix.unwrap().optional(),
  }),
  answers: 'Every setting',
  handle(simulation, { body }) {
    try {
      simulation.settings = changeSettings(simulation.settings, body as SettingsChange)
    } catch (error) {
      throw error instanceof z.ZodError ? unfit(error) : error
    }
    return simulation.settings
  },
})

/** A section of which any part may be given; without the defaults, which would undo what was set before. */
function partial(section: z.ZodObject) {
  const shape: Record<string, z.ZodType> = {}
  for (const [key, member] of Object.entries(section.shape)) {
    shape[key] = (member instanceof z.ZodDefault ? (member.unwrap() as z.ZodType) : (member as z.ZodType)).optional()
  }
  return z.strictObject(shape)
}
