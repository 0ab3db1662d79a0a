import { messagingError } from '../graph/error.ts'

/** Meta rule, with this code from v23 on. */
export function checkBlanks(value: string): void {
  if (!/[\n\r\t]| {5}/.test(value)) return
  throw messagingError(132018, 'Param text cannot have new-line/tab characters or more than 4 consecutive spaces')
}
