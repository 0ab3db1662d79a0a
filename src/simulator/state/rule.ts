/** Something that goes wrong on purpose, and when. */
export type Rule = {
  id: number
  effect: string
  /** What the effect takes. */
  with: Record<string, unknown>
  match: {
    to?: string | undefined
    phone_number_id?: string | undefined
    method?: string | undefined
    path?: string | undefined
    type?: string | undefined
    field?: string | undefined
  }
  /** How often it applies at the most. */
  times?: number
  /** Applies to every nth of what matches. */
  every?: number
  /** Applies with this probability, by the seed. */
  chance?: number
  matched: number
  applied: number
}

/** What is left of a rate, and when it was counted last. */
export type Bucket = { level: number; at: number }
