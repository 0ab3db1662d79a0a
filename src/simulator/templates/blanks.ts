import { messagingError } from '../graph-error.ts'
import type { Switches } from '../switches.ts'

/** Meta rule. */
export function checkBlanks(value: string, { blanks }: Switches): void {
  if (!/[\n\r\t]| {5}/.test(value)) return
  throw messagingError(blanks, 'Param text cannot have new-line/tab characters or more than 4 consecutive spaces')
}
