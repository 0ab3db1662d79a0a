import { z } from 'zod'
import { newCustomer } from '../customers.ts'
import { defineInbound } from './define.ts'

/** A customer rewrites a message; numbers shared with the WhatsApp Business app hear of it. */
export const edit = defineInbound({
  type: 'edit',
  content: z.strictObject({
    original_message_id: z.string().min(1),
    message: z.looseObject({ type: z.string() }),
  }),
  happens({ original_message_id, message }, { simulation, message: { at } }) {
    const original = simulation.state.messages.get(original_message_id)
    if (!original) return
    original.edits = [...(original.edits ?? []), { at, content: original.content }]
    original.content = message[message.type]
  },
})

/** A customer takes a message back. */
export const revoke = defineInbound({
  type: 'revoke',
  content: z.strictObject({ original_message_id: z.string().min(1) }),
  happens({ original_message_id }, { simulation }) {
    const original = simulation.state.messages.get(original_message_id)
    if (original) original.revoked = true
  },
})

/** WhatsApp itself says that a customer has changed number, user id or identity. */
export const system = defineInbound({
  type: 'system',
  content: z.looseObject({
    body: z.string(),
    type: z.enum(['user_changed_number', 'user_changed_user_id', 'customer_identity_changed']),
    /** The new number. */
    wa_id: z
      .string()
      .regex(/^\d{7,15}$/)
      .optional(),
  }),
  withoutContacts: true,
  opensWindow: false,
  happens({ type, wa_id }, { simulation: { state }, customer }) {
    if (type === 'customer_identity_changed') customer.identity_hash = `${customer.identity_hash}'`
    if (type !== 'user_changed_number' || wa_id === undefined) return
    const moved = state.customers.get(wa_id) ?? newCustomer(wa_id, customer.name, true)
    state.customers.set(wa_id, moved)
    customer.on_whatsapp = false
  },
})
