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
  const issue = result.error.issues[0]
  const field = issue?.path.join('.') || 'body'
  throw new ControlError(400, `${field}: ${issue?.message ?? 'is not valid'}`, { field })
}
