import type { Context } from '../context.ts'
import { ApiError } from '../errors.ts'
import { atMost } from '../lib/clock.ts'
import type { PhoneNumberRow } from '../store/tables.ts'
import type { Message } from './send.ts'

/** How long a refusal waits for webhooks that are stored and not understood yet. */
const UNDERSTANDING_MS = 3000

/**
 * Outside the 24-hour window only templates may go out (Meta rule), and we say so before Meta does (Kapso rule).
 * @throws ApiError outside_window
 */
export async function refuseOutsideWindow(context: Context, number: PhoneNumberRow, message: Message): Promise<void> {
  if (!context.config.windowCheck || message.type === 'template' || !message.recipient) return
  if ((await context.windows.of(number, message.recipient)) !== 'closed') return
  // The person's message may have been acknowledged a moment ago and not be understood yet.
  await atMost(context.clock, UNDERSTANDING_MS, context.understood())
  if ((await context.windows.of(number, message.recipient)) !== 'closed') return
  // Kapso rule; clients match on the sentence.
  throw new ApiError('outside_window', 'Cannot send non-template messages outside the 24-hour window.', {
    next_steps: 'Send a WhatsApp template message to reopen the session.',
    headers: { 'fairlead-outcome': 'not_sent' },
  })
}
