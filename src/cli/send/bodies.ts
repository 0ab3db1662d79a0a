import { type Frame, framed, interactive, type Surroundings } from './frame.ts'

/** The body of each kind of message from what was given on the command line. */

export const textBody = (frame: Frame, given: { body: string; previewUrl?: boolean | undefined }) =>
  framed(frame, { type: 'text', text: { body: given.body, ...(given.previewUrl && { preview_url: true }) } })

export function imageBody(
  frame: Frame,
  given: { id?: string | undefined; link?: string | undefined; caption?: string | undefined },
) {
  const source = given.id ? { id: given.id } : { link: given.link }
  return framed(frame, { type: 'image', image: { ...source, ...(given.caption && { caption: given.caption }) } })
}

export function templateBody(
  frame: Frame,
  given: {
    name: string
    language: string
    param: string[]
    headerImageId?: string | undefined
    headerImageLink?: string | undefined
  },
) {
  const parameters = given.param.map((text) => {
    const named = /^([a-z0-9_]+)=([\s\S]*)$/.exec(text)
    return named ? { type: 'text', parameter_name: named[1], text: named[2] } : { type: 'text', text }
  })
  const image = given.headerImageId
    ? { id: given.headerImageId }
    : given.headerImageLink
      ? { link: given.headerImageLink }
      : null
  const components = [
    ...(image ? [{ type: 'header', parameters: [{ type: 'image', image }] }] : []),
    ...(parameters.length > 0 ? [{ type: 'body', parameters }] : []),
  ]
  return framed(frame, {
    type: 'template',
    template: { name: given.name, language: { code: given.language }, ...(components.length > 0 && { components }) },
  })
}

export function buttonBody(frame: Frame, around: Surroundings, given: { body: string; button: string[] }) {
  const buttons = given.button.map((text) => {
    const [id = '', title = id] = split(text, 2)
    return { type: 'reply', reply: { id, title } }
  })
  return interactive(frame, around, { type: 'button', body: given.body, action: { buttons } })
}

export function listBody(
  frame: Frame,
  around: Surroundings,
  given: { body: string; buttonText: string; section?: string | undefined; row: string[] },
) {
  const rows = given.row.map((text) => {
    const [id = '', title = id, description] = split(text, 3)
    return { id, title, ...(description && { description }) }
  })
  const section = { ...(given.section && { title: given.section }), rows }
  return interactive(frame, around, {
    type: 'list',
    body: given.body,
    action: { button: given.buttonText, sections: [section] },
  })
}

export const ctaUrlBody = (
  frame: Frame,
  around: Surroundings,
  given: { body: string; url: string; displayText: string },
) =>
  interactive(frame, around, {
    type: 'cta_url',
    body: given.body,
    action: { name: 'cta_url', parameters: { display_text: given.displayText, url: given.url } },
  })

export const locationRequestBody = (frame: Frame, given: { body: string }) =>
  interactive(frame, {}, { type: 'location_request_message', body: given.body, action: { name: 'send_location' } })

export const catalogBody = (
  frame: Frame,
  around: Pick<Surroundings, 'footer'>,
  given: { body: string; thumbnail?: string | undefined },
) =>
  interactive(frame, around, {
    type: 'catalog_message',
    body: given.body,
    action: {
      name: 'catalog_message',
      ...(given.thumbnail && { parameters: { thumbnail_product_retailer_id: given.thumbnail } }),
    },
  })

export const readBody = (message_id: string, typing: boolean) => ({
  messaging_product: 'whatsapp',
  status: 'read',
  message_id,
  ...(typing && { typing_indicator: { type: 'text' } }),
})

/** `id=title=description` in at most `most` parts; the last keeps what further signs it has. */
function split(text: string, most: number): string[] {
  const parts = text.split('=')
  return [...parts.slice(0, most - 1), ...(parts.length >= most ? [parts.slice(most - 1).join('=')] : [])]
}
