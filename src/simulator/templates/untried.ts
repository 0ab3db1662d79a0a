import type { Template } from '../state.ts'

/** What a template knows of itself before anybody has got it. `now`: microseconds. */
export function untried(
  now: number,
): Pick<Template, 'rejected_reason' | 'quality' | 'pauses' | 'paced' | 'updated_at' | 'edits'> {
  return { rejected_reason: 'NONE', quality: 'UNKNOWN', pauses: 0, paced: false, updated_at: now, edits: [] }
}
