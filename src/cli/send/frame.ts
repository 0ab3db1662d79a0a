/** What every message starts with. `reply_to`: the wamid of the message to quote. */
export type Frame = { to: string; reply_to?: string | undefined }

/** Parts that an interactive message may have around its body. */
export type Surroundings = {
  header_text?: string | undefined
  header_image_id?: string | undefined
  footer?: string | undefined
}

export function framed({ to, reply_to }: Frame, content: { type: string } & Record<string, unknown>) {
  return {
    messaging_product: 'whatsapp',
    recipient_type: 'individual',
    to,
    ...(reply_to && { context: { message_id: reply_to } }),
    ...content,
  }
}

export function interactive(
  frame: Frame,
  { header_text, header_image_id, footer }: Surroundings,
  { type, body, action }: { type: string; body: string; action: Record<string, unknown> },
) {
  const header = header_text
    ? { type: 'text', text: header_text }
    : header_image_id
      ? { type: 'image', image: { id: header_image_id } }
      : null
  return framed(frame, {
    type: 'interactive',
    interactive: {
      type,
      ...(header && { header }),
      body: { text: body },
      ...(footer && { footer: { text: footer } }),
      action,
    },
  })
}
