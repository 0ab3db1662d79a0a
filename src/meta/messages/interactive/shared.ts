import { z } from 'zod'

export const body = z.looseObject({ text: z.string() })

/** What every interactive message may have, with what is special about one kind. */
export function interactive<Shape extends z.ZodRawShape>(type: string, special: Shape) {
  return z.looseObject({
    type: z.literal(type),
    header: z.looseObject({ type: z.string() }).optional(),
    footer: z.looseObject({ text: z.string() }).optional(),
    ...special,
  })
}

/** The preview of every interactive message: what it asks. */
export const bodyText = (content: { body: { text: string } }) => content.body.text
