import { createReadStream } from 'node:fs'
import type { FastifyRequest } from 'fastify'
import { badParam, GraphError, unknownObject } from '../../graph-error.ts'
import { downloadUrl, isLiveUrl } from '../../media/download.ts'
import { inBase64 } from '../../media/hash.ts'
import { bareType, isOpus, kindOf, sizeCap, UPLOAD_TYPES } from '../../media/kinds.ts'
import { readUpload, type Upload } from '../../media/read-upload.ts'
import { type Media, numberOf, type PhoneNumber } from '../../state.ts'
import type { GraphCall } from '../call.ts'

/** POST /{phone_number_id}/media */
export async function uploadMedia(call: GraphCall, { number }: { number: PhoneNumber }): Promise<unknown> {
  const { simulation, request, query } = call
  const isMultipart = /^multipart\/form-data/i.test(request.headers['content-type'] ?? '')
  const upload: Upload = isMultipart ? await readUpload(request, simulation.media) : { fields: new Map() }
  try {
    const mime_type = checkUpload(upload, query)
    if (!upload.file) throw badParam('The parameter file is required.')
    const { stored, filename } = upload.file
    return {
      id: simulation.media.add(stored, { phone_number_id: number.id, mime_type, filename, origin: 'uploaded' }).id,
    }
  } catch (error) {
    if (upload.file) await simulation.media.discard(upload.file.stored)
    throw error
  }
}

/** The upload's type, once everything Meta asks of it holds. */
function checkUpload({ fields, file }: Upload, query: URLSearchParams): string {
  const product = fields.get('messaging_product') ?? query.get('messaging_product')
  if (!product) throw badParam('The parameter messaging_product is required.')
  if (product !== 'whatsapp') throw badParam('Param messaging_product must be one of {WHATSAPP}.')
  if (!file) throw badParam('The parameter file is required.')
  // The part's own type, or the form's `type` when that is a MIME type; clients send either. A part without a type reads
  // as text/plain, so there the form knows better.
  const claimed = [file.mime_type, fields.get('type') ?? query.get('type') ?? '']
  if (file.mime_type === 'text/plain') claimed.reverse()
  const mime = claimed.find((type) => kindOf(type)) ?? file.mime_type
  const kind = kindOf(mime)
  const { head, size } = file.stored
  const isOgg = bareType(mime) === 'audio/ogg'
  if (!kind || (isOgg && !claimed.some((type) => isOpus(type, head)))) {
    const types = Object.keys(UPLOAD_TYPES).join(', ')
    throw badParam(
      `Param file must be a file with one of the following types: ${types}. Received file of type '${mime}'.`,
    )
  }
  if (size === 0) throw badParam('Param file must not be empty.')
  const cap = sizeCap(kind, head)
  if (size > cap) throw badParam(`Param file must be at most ${cap} bytes for a file of type '${mime}'.`)
  return mime
}

/** GET /{media_id}[?phone_number_id=] */
export function readMedia(call: GraphCall, { media }: { media: Media }): unknown {
  checkReach(call, media)
  const { media_file_size, media_sha256 } = call.simulation.settings.switches
  return {
    messaging_product: 'whatsapp',
    url: downloadUrl(call.simulation, media),
    mime_type: media.mime_type,
    sha256: media_sha256 === 'hex' ? media.sha256 : inBase64(media.sha256),
    file_size: media_file_size === 'number' ? media.size : String(media.size),
    id: media.id,
  }
}

/** DELETE /{media_id}[?phone_number_id=] */
export function deleteMedia(call: GraphCall, { media }: { media: Media }): unknown {
  checkReach(call, media)
  call.simulation.media.remove(media)
  return { success: true }
}

// Meta rule: an expired id, or one of another number than the one named, is like one that never was.
function checkReach({ simulation, method, query }: GraphCall, media: Media): void {
  const wanted = query.get('phone_number_id')
  const alive = simulation.media.find(media.id)
  if (!alive || (wanted !== null && wanted !== media.phone_number_id)) throw unknownObject(method, media.id)
}

/** The bytes behind a URL of GET /{media_id}. The token was checked; it must see the media. Ranges are served. */
export function downloadMedia(call: GraphCall): unknown {
  const { simulation, request, reply, query, token } = call
  const media = simulation.media.find(query.get('mid') ?? '')
  const owner = media && numberOf(simulation.state, media.phone_number_id).account_id
  if (!owner || !token.account_ids.includes(owner) || !isLiveUrl(simulation, query)) {
    throw new GraphError(404, { message: 'This URL has expired or names no media.', code: 100 })
  }
  reply.headers({
    'content-type': media.mime_type,
    'content-disposition': `attachment; filename="${(media.filename ?? media.id).replace(/[^\w.-]/g, '_')}"`,
    'accept-ranges': 'bytes',
  })
  const range = readRange(request, media.size)
  if (range === 'unsatisfiable') {
    return reply.code(416).header('content-range', `bytes */${media.size}`).send('')
  }
  const { start, end } = range ?? { start: 0, end: media.size - 1 }
  if (range) reply.code(206).header('content-range', `bytes ${start}-${end}/${media.size}`)
  reply.header('content-length', end - start + 1)
  return reply.send(request.method === 'HEAD' || end < start ? '' : createReadStream(media.file, { start, end }))
}

/** A single byte range; null for none, or for a header we do not read, which HTTP lets us ignore. */
function readRange(request: FastifyRequest, size: number): { start: number; end: number } | 'unsatisfiable' | null {
  const match = /^bytes=(\d*)-(\d*)$/.exec(request.headers.range ?? '')
  const [, from = '', to = ''] = match ?? []
  if (!match || (from === '' && to === '')) return null
  const start = from === '' ? Math.max(0, size - Number(to)) : Number(from)
  const end = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1)
  return start >= size || start > end ? 'unsatisfiable' : { start, end }
}
