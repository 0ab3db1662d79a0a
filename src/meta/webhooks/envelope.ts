import { z } from 'zod'

/** What every webhook of a WhatsApp account is wrapped in (Meta rule). `value` is read by the field's own schema. */
export const envelope = z.looseObject({
  object: z.string(),
  entry: z.array(z.looseObject({ id: z.string().optional(), changes: z.array(z.unknown()) })),
})

export const change = z.looseObject({ field: z.string(), value: z.unknown() })
