import { z } from 'zod'

/** A file, by the id of an upload or by a public link, with what else one kind of media may have. */
export function media<Shape extends z.ZodRawShape>(special: Shape) {
  return z.looseObject({ id: z.string().optional(), link: z.string().optional(), ...special })
}

export const caption = z.string().optional()
