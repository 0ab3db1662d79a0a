import { z } from 'zod'

const text = z.string().min(1)

/** Unix seconds, up to the year 2255: as microseconds they are still exact. */
const timestamp = z.coerce
  .number()
  .int()
  .nonnegative()
  .max(Number.MAX_SAFE_INTEGER / 1e6)

/** The field `messages`: what people wrote and what became of what we sent. Loose on all that Meta may add. */
export const messagesValue = z.looseObject({
  metadata: z.looseObject({ phone_number_id: text }),
  contacts: z.array(z.unknown()).catch([]).default([]),
  messages: z.array(z.unknown()).catch([]).default([]),
  statuses: z.array(z.unknown()).catch([]).default([]),
})

/** `wa_id` is missing or empty for people who hide their number. */
export const contact = z.looseObject({
  wa_id: z.string().optional(),
  user_id: z.string().optional(),
  profile: z.looseObject({ name: z.string().optional() }).optional(),
})

export const inboundMessage = z.looseObject({
  id: text,
  from: z.string().optional(),
  from_user_id: z.string().optional(),
  group_id: z.string().optional(),
  timestamp,
  type: text,
})

export const status = z.looseObject({
  id: text,
  status: text,
  timestamp,
  recipient_id: z.string().optional(),
  recipient_user_id: z.string().optional(),
  recipient_participant_id: z.string().optional(),
})

/** What a media message holds under the name of its type. */
export const inboundMedia = z.looseObject({
  id: text,
  mime_type: z.string().optional(),
  sha256: z.string().optional(),
  filename: z.string().optional(),
})
