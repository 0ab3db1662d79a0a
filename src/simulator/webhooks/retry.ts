const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const FIRST_WAITS = [0, MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR]

/**
 * Milliseconds until the next attempt, or null to give up. Meta says: decreasing frequency, up to 7 days; the steps are
 * ours. `attempts`: how many were made. `age`: milliseconds since the webhook came to be. `hours`: when to give up.
 */
export function nextAttemptIn(attempts: number, age: number, hours = 168): number | null {
  const wait = FIRST_WAITS[attempts - 1] ?? 12 * HOUR
  return age + wait > hours * HOUR ? null : wait
}
