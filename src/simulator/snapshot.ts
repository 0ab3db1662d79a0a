import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { emptyState } from './seed-state.ts'
import { type Settings, settingsSchema } from './settings.ts'
import type { Simulation } from './simulation.ts'
import type { State } from './state.ts'
import { TASKS, type Task } from './tasks.ts'

const FORMAT = 1

const snapshot = z.strictObject({
  format: z.literal(FORMAT, `must be ${FORMAT}: an export of this version`),
  now: z.number().int(),
  settings: settingsSchema,
  state: z
    .record(z.string(), z.unknown())
    .transform((state) => JSON.parse(JSON.stringify(state), readMaps))
    .refine(isWhole, 'must hold everything an export holds'),
  waiting: z.array(z.strictObject({ at: z.number().int(), task: z.looseObject({ do: z.enum(TASKS) }) })),
  /** The bytes of every file, by the id of its media. */
  files: z.record(z.string(), z.base64()),
})

export type Snapshot = z.input<typeof snapshot>

/** Whether every collection is there, each of its kind. */
function isWhole(state: Record<string, unknown>): boolean {
  return Object.entries(emptyState()).every(([key, empty]) => state[key]?.constructor === empty.constructor)
}

/** Everything there is, as JSON: the state, what is still to come, and the bytes of the media. */
export async function takeSnapshot({ state, settings, timeline, now }: Simulation): Promise<Snapshot> {
  const files: Record<string, string> = {}
  for (const { id, file } of state.media.values()) files[id] = (await readFile(file)).toString('base64')
  return {
    format: FORMAT,
    now: now(),
    settings,
    state: JSON.parse(JSON.stringify(state, writeMaps)),
    waiting: timeline.waiting(),
    files,
  }
}

/** An export read in again. Throws a ZodError when it is none. Its media still lack their files. */
export function readSnapshot(exported: unknown): {
  now: number
  settings: Settings
  state: State
  waiting: { at: number; task: Task }[]
  files: Record<string, string>
} {
  const { now, settings, state, waiting, files } = snapshot.parse(exported)
  return { now, settings, state: state as State, waiting: waiting as { at: number; task: Task }[], files }
}

// JSON has neither maps nor sets. Keys of others that begin with a dollar get another one, so that they stay theirs.
function writeMaps(_key: string, value: unknown): unknown {
  if (value instanceof Map) return { $map: [...value] }
  if (value instanceof Set) return { $set: [...value] }
  // What this function made of a map is not visited itself, only what is in it.
  return mapKeys(value, (key) => (key.startsWith('$') ? `$${key}` : key))
}

function readMaps(_key: string, value: unknown): unknown {
  if (isPlain(value) && Array.isArray(value.$map)) return new Map(value.$map)
  if (isPlain(value) && Array.isArray(value.$set)) return new Set(value.$set)
  return mapKeys(value, (key) => (key.startsWith('$$') ? key.slice(1) : key))
}

function mapKeys(value: unknown, rename: (key: string) => string): unknown {
  if (!isPlain(value) || !Object.keys(value).some((key) => key.startsWith('$'))) return value
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [rename(key), member]))
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
