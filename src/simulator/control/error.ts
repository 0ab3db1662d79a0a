import type { z } from 'zod'

/** A refusal of the control API. */
export class ControlError extends Error {
  readonly status: number
  readonly more: Record<string, unknown>

  constructor(status: number, message: string, more: Record<string, unknown> = {}) {
    super(message)
    this.status = status
    this.more = more
  }
}

/** `value` by `schema`, or a 400 that names the field. */
export function parseWith<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw unfit(result.error)
}

/** What a schema says of a value, as a 400 that names the field. */
export function unfit(error: z.ZodError): ControlError {
  const [issue] = error.issues
  const keys = issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : []
  const field = [...(issue?.path ?? []), ...keys].join('.') || 'body'
  return new ControlError(400, `${field}: ${issue?.message ?? 'is not valid'}`, { field })
}

/** What the path names, or a 404. */
export function found<T>(thing: T | undefined, what: string): T {
  if (thing === undefined) throw new ControlError(404, `No ${what} has this id.`)
  return thing
}
