import { messagingError } from '../../graph-error.ts'

/** Meta rule, with the sentence Meta answers. */
export function checkCount(what: string, count: number, min: number, max: number): void {
  if (count >= min && count <= max) return
  throw messagingError(131009, `Invalid ${what} count. Min allowed ${what}: ${min}, Max allowed ${what}: ${max}`)
}

/** Meta rule: ids and titles of buttons and rows differ within a message. */
export function checkUnique(what: string, values: string[]): void {
  if (new Set(values).size !== values.length) throw messagingError(131009, `${what} must be unique.`)
}

/** Meta rule: no blanks at either end of a button's id or title. Returns the text. */
export function checkTrimmed(what: string, text: string): string {
  if (text.trim() !== text) throw messagingError(131009, `${what} must not have leading or trailing spaces.`)
  return text
}
