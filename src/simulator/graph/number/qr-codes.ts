import { badParam, unknownObject } from '../../graph-error.ts'
import type { PhoneNumber, QrCode } from '../../state.ts'
import { frameOf, type GraphCall } from '../call.ts'
import { type Node, selectFields } from '../fields.ts'
import { pageOf } from '../page.ts'

const MESSAGE_LIMIT = 140
const CODE_LENGTH = 14
const IMAGES = ['PNG', 'SVG'] as const

/** POST /{phone_number_id}/message_qrdls[/{code}]: a new code, or with `code` another message for one. */
export function writeQrCode(call: GraphCall, { number }: { number: PhoneNumber }): unknown {
  const { ids, settings } = call.simulation
  const frame = frameOf(call)
  const prefilled_message = frame.at('prefilled_message').text({ max: MESSAGE_LIMIT, missing: 100 })
  const image = frame.at('generate_qr_image')
  const format = image.given ? image.upperCase().oneOf(IMAGES) : undefined
  // In the body as the guides have it, or in the path as clients do.
  const code = call.rest[0] ?? frame.at('code').value
  if (code !== undefined) {
    const changed = qrCodeOf(call, number, String(code))
    changed.prefilled_message = prefilled_message
    return written(changed, format)
  }
  if (number.qr_codes.size >= settings.limits.qr_codes) {
    throw badParam(`A phone number can have at most ${settings.limits.qr_codes} QR codes.`)
  }
  const created = { code: ids.opaque(CODE_LENGTH).toUpperCase(), prefilled_message }
  number.qr_codes.set(created.code, created)
  return written(created, format)
}

/** GET /{phone_number_id}/message_qrdls, newest first. */
export function listQrCodes(call: GraphCall, { number }: { number: PhoneNumber }): unknown {
  const wanted = call.query.get('code')
  const codes = [...number.qr_codes.values()].reverse().filter(({ code }) => wanted === null || wanted === code)
  const items = codes.map((qrCode) => ({ ...qrCode, id: qrCode.code }))
  return pageOf(call, items, (qrCode) => read(call, qrCode))
}

/** GET /{phone_number_id}/message_qrdls/{code} */
export function readQrCode(call: GraphCall, { number }: { number: PhoneNumber }): unknown {
  return { data: [read(call, qrCodeOf(call, number, call.rest[0] ?? ''))] }
}

/** DELETE /{phone_number_id}/message_qrdls/{code} */
export function deleteQrCode(call: GraphCall, { number }: { number: PhoneNumber }): unknown {
  number.qr_codes.delete(qrCodeOf(call, number, call.rest[0] ?? '').code)
  return { success: true }
}

function qrCodeOf({ method }: GraphCall, number: PhoneNumber, code: string): QrCode {
  const found = number.qr_codes.get(code)
  if (!found) throw unknownObject(method, code)
  return found
}

function read({ query }: GraphCall, qrCode: QrCode): Record<string, unknown> {
  const asked = query.get('fields')
  const format = /qr_image_url\.format\((PNG|SVG)\)/i.exec(asked ?? '')?.[1]?.toUpperCase() ?? 'SVG'
  return selectFields(qrCodeNode(qrCode, format), asked)
}

function qrCodeNode({ code, prefilled_message }: QrCode, format: string): Node {
  return {
    type: 'MessageQRDL',
    byDefault: ['code', 'prefilled_message', 'deep_link_url'],
    fields: {
      // The code is its only name; every node is asked for an id.
      id: () => undefined,
      code: () => code,
      prefilled_message: () => prefilled_message,
      deep_link_url: () => deepLink(code),
      qr_image_url: () => imageOf(code, format),
    },
  }
}

function written({ code, prefilled_message }: QrCode, format: string | undefined): unknown {
  const image = format === undefined ? {} : { qr_image_url: imageOf(code, format) }
  return { code, prefilled_message, deep_link_url: deepLink(code), ...image }
}

function deepLink(code: string): string {
  return `https://wa.me/message/${code}`
}

// Ours: shaped like Meta's, and there is no picture behind it.
function imageOf(code: string, format: string): string {
  return `https://scontent.xx.fbcdn.net/m1/v/t6/${code}.${format.toLowerCase()}`
}
