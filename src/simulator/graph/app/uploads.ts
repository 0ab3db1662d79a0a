import { badParam } from '../../graph-error.ts'
import type { App, State, Upload } from '../../state.ts'
import { frameOf, type GraphCall } from '../call.ts'

const TYPES = ['application/pdf', 'image/jpeg', 'image/jpg', 'image/png', 'video/mp4'] as const
const LARGEST = 100 * 1024 * 1024
const KEPT = 10_000

/** POST /{app_id}/uploads: opens a resumable upload. */
export function startUpload(call: GraphCall, { app }: { app: App }): unknown {
  const { state, ids } = call.simulation
  const frame = frameOf(call)
  const [length, type] = [frame.at('file_length'), frame.at('file_type')]
  if (!length.given) throw badParam('The parameter file_length is required')
  const file_length = Number(length.value)
  if (!Number.isInteger(file_length) || file_length < 1 || file_length > LARGEST) {
    throw badParam(`Param file_length must be an integer between 1 and ${LARGEST}.`)
  }
  if (!type.given) throw badParam('The parameter file_type is required')
  const file_type = type.oneOf(TYPES)
  const file_name = frame.at('file_name').optionalText({ max: 255 })
  const id = `upload:${ids.opaque(40)}`
  const named = file_name === undefined ? {} : { file_name }
  state.uploads.set(id, { id, app_id: app.id, file_type, file_length, received: 0, ...named })
  for (const oldest of state.uploads.keys()) {
    if (state.uploads.size <= KEPT) break
    state.uploads.delete(oldest)
  }
  return { id }
}

/** GET /upload:{opaque} */
export function readUploadSession(_call: GraphCall, { upload }: { upload: Upload }): unknown {
  return { id: upload.id, file_offset: upload.received }
}

/** POST /upload:{opaque}: bytes from `file_offset` on. Ours: they are counted and not kept. */
export function continueUpload({ simulation, request }: GraphCall, { upload }: { upload: Upload }): unknown {
  const offset = request.headers.file_offset
  if (offset === undefined) throw badParam('The header file_offset is required.')
  if (Number(offset) !== upload.received) {
    throw badParam(`The header file_offset must be ${upload.received}, the number of bytes received.`)
  }
  const bytes = request.body
  if (!Buffer.isBuffer(bytes) || bytes.length === 0) throw badParam('The body must be the bytes of the file.')
  if (upload.received + bytes.length > upload.file_length) {
    throw badParam(`The file is larger than the ${upload.file_length} bytes that were announced.`)
  }
  upload.received += bytes.length
  if (upload.received < upload.file_length) return { id: upload.id, file_offset: upload.received }
  upload.handle ??= handleOf(upload, simulation.ids.opaque(32))
  return { h: upload.handle }
}

/** `4::`, the type in base64, and what makes it ours: `:ARSim`. */
function handleOf({ file_type, app_id }: Upload, opaque: string): string {
  return `4::${Buffer.from(file_type).toString('base64')}:ARSim${opaque}:e:${app_id}`
}

/** Whether a handle says of itself that it was given out here. */
export function isOurs(handle: string): boolean {
  return /^4::[^:]+:ARSim/.test(handle)
}

/** The finished upload with this handle. */
export function uploadWith(state: State, handle: string): Upload | undefined {
  return [...state.uploads.values()].find((upload) => upload.handle === handle)
}
