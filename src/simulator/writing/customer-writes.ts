import { z } from 'zod'
import { DAY } from '../../lib/clock.ts'
import { type Simulation, seconds } from '../simulation.ts'
import { customerOf, keepMessage, type Message, type PhoneNumber } from '../state.ts'
import { messagesValue } from '../webhooks/status.ts'
import { inboundTypes } from './index.ts'

const names = inboundTypes.map((known) => known.type)

const frame = z.looseObject({
  phone_number_id: z.string(),
  type: z.enum(names as [string, ...string[]]),
  /** Changes the customer's profile name. */
  name: z.string().min(1).max(200).optional(),
  /** What is answered or forwarded. `from` is found by `id`. */
  context: z
    .strictObject({
      id: z.string().optional(),
      from: z.string().optional(),
      forwarded: z.boolean().optional(),
      frequently_forwarded: z.boolean().optional(),
      referred_product: z.strictObject({ catalog_id: z.string(), product_retailer_id: z.string() }).optional(),
    })
    .optional(),
  referral: z.looseObject({ source_url: z.string(), source_type: z.enum(['ad', 'post']) }).optional(),
})

/** What a customer can write: the frame, and the content of its type under the type's name. */
export const inboundMessage = frame.transform((written, context) => {
  const type = inboundTypes.find((known) => known.type === written.type)
  const known = new Set([...Object.keys(frame.shape), written.type])
  for (const key of Object.keys(written)) {
    if (!known.has(key)) context.addIssue({ code: 'custom', path: [key], message: 'is not a key of this message' })
  }
  const given = written[written.type]
  if (!type || (given === undefined && type.contentOptional)) return { ...written, content: undefined }
  const result = type.content.safeParse(given)
  if (result.success) return { ...written, content: result.data }
  for (const issue of result.error.issues) {
    context.addIssue({ code: 'custom', path: [written.type, ...issue.path], message: issue.message })
  }
  return z.NEVER
})

/**
 * A customer writes to a number: the window opens, the phone shows it, and the business hears of it. Done when the
 * business has been told once; `delivered` says whether it acknowledged that.
 */
export async function customerWrites(
  simulation: Simulation,
  number: PhoneNumber,
  wa_id: string,
  written: z.infer<typeof inboundMessage>,
): Promise<Record<string, unknown>> {
  const { state, clock, ids } = simulation
  const type = inboundTypes.find((known) => known.type === written.type)
  const { content, media } = (await type?.write?.(written.content, simulation, number)) ?? {
    content: written.content,
    media: [],
  }
  const customer = customerOf(state, wa_id)
  if (written.name) customer.name = written.name
  const now = clock.now()
  customer.windows.set(number.id, now + DAY)
  const message: Message = {
    id: ids.wamid('from_customer', wa_id),
    direction: 'written',
    number,
    customer,
    type: written.type,
    content,
    media,
    at: now,
    status: 'sent',
    finished: true,
  }
  const context = contextOf(simulation, number, wa_id, written.context)
  if (context) message.context = context
  customer.messages.set(message.id, message)
  keepMessage(state, message, simulation.messageLimit, now)

  const wire: Record<string, unknown> = {
    ...(context ? { context } : {}),
    ...(written.referral ? { referral: written.referral } : {}),
    from: wa_id,
    id: message.id,
    timestamp: String(seconds(now)),
    type: written.type,
    ...(content === undefined ? {} : { [written.type]: content }),
    ...type?.beside,
  }
  const delivered = await simulation.webhooks.send({
    account_id: number.account.id,
    field: 'messages',
    value: {
      ...messagesValue(number),
      contacts: [{ profile: { name: customer.name }, wa_id }],
      messages: [wire],
    },
    summary: `message ${message.id} of type ${written.type}`,
  })
  return { phone_number_id: number.id, ...wire, delivered }
}

function contextOf(
  simulation: Simulation,
  number: PhoneNumber,
  wa_id: string,
  context: z.infer<typeof frame>['context'],
): Record<string, unknown> | undefined {
  if (!context) return undefined
  if (context.id === undefined) return { ...context }
  const quoted = simulation.state.messages.get(context.id)
  return { from: quoted?.direction === 'written' ? wa_id : number.digits, ...context }
}
