import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { type Settings, settingsSchema } from './settings.ts'
import type { Simulation } from './simulation.ts'
import type { State } from './state.ts'
import { TASKS, type Task } from './tasks.ts'

const FORMAT = 1

const snapshot = z.strictObject({
  format: z.literal(FORMAT, `must be ${FORMAT}: an export of this version`),
  now: z.number().int(),
  settings: settingsSchema,
  state: z.record(z.string(), z.unknown()),
  waiting: z.array(z.object({ at: z.number().int(), task: z.looseObject({ do: z.enum(TASKS) }) })),
  /** The bytes of every file, by the id of its media. */
  files: z.record(z.string(), z.base64()),
  digest: z.string(),
})

/** Everything there is at this moment, as JSON: the state, what is still to come, and the bytes of the media. */
export async function takeSnapshot({ state, settings, timeline, now }: Simulation): Promise<unknown> {
  const moment = { format: FORMAT, now: now(), settings, state: JSON.parse(JSON.stringify(state, writeMaps)) }
  const waiting = timeline.waiting()
  const kept = [...state.media.values()]
  const files: Record<string, string> = {}
  for (const { id, file } of kept) {
    // Removed while the others were read: the export has the media, and its file is empty.
    const bytes = await readFile(file).catch(() => Buffer.alloc(0))
    files[id] = bytes.toString('base64')
  }
  return sealed({ ...moment, waiting, files })
}

/** An export with the digest that its content has. */
export function sealed(exported: Record<string, unknown>): Record<string, unknown> {
  return { ...exported, digest: digestOf(exported) }
}

export type Snapshot = {
  now: number
  settings: Settings
  state: State
  waiting: { at: number; task: Task }[]
  files: Record<string, string>
}

/**
 * An export read in again. Its media still lack their files. Throws a ZodError when it is none, or not as it was written:
 * a state whose parts do not fit would fail somewhere, later.
 */
export function readSnapshot(exported: unknown): Snapshot {
  const unchanged = snapshot.refine(isUnchanged, { path: ['digest'], message: DIGEST_MESSAGE })
  const { now, settings, state, waiting, files } = unchanged.parse(exported)
  const revived = JSON.parse(JSON.stringify(state), readMaps) as State
  return { now, settings, state: revived, waiting: waiting as { at: number; task: Task }[], files }
}

const DIGEST_MESSAGE = 'does not fit: an export is imported as it was written; for another world there is --world'

function isUnchanged(exported: z.output<typeof snapshot>): boolean {
  const { digest, ...rest } = exported
  return digest === digestOf(rest)
}

function digestOf({ format, now, settings, state, waiting, files }: Record<string, unknown>): string {
  const text = JSON.stringify([format, now, settings, state, waiting, files])
  return createHash('sha256').update(text).digest('hex')
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
