import { Readable } from 'node:stream'
import type { Context } from '../context.ts'
import { ApiError } from '../errors.ts'
import { jsonObject } from '../lib/json-object.ts'
import { graphErrorCode } from '../meta/graph-error.ts'
import { insertMedia } from '../store/commands/media.ts'
import type { PhoneNumberRow } from '../store/tables.ts'
import type { ProxyAnswer, ProxyCall } from './call.ts'
import type { FormPart } from './form.ts'
import { forward, noAnswer, passOn } from './forward.ts'
import { keyedUpload } from './keyed-upload.ts'
import { withOutgoingBody } from './outgoing-body.ts'
import { phoneNumber } from './resolve.ts'

/** An upload may take as long as Meta needs for 100 MB. ms. */
const UPLOAD_MS = 5 * 60_000

/** `POST /{phone_number_id}/media`: an upload, as a multipart form. */
export async function uploadMedia(context: Context, call: ProxyCall): Promise<ProxyAnswer> {
  const number = await phoneNumber(context, call.caller, call.params.phone_number_id ?? '')
  if (!(call.body instanceof Readable)) {
    throw new ApiError('bad_request', '(#100) An upload must be a multipart/form-data form with the part file.')
  }
  return withOutgoingBody(
    context,
    call,
    async (body, parts) => {
      const path = `${number.phone_number_id}/media`
      const request = { method: 'POST', path, query: call.query, timeoutMs: UPLOAD_MS, ...(body && { body }) } as const
      const upload = async () => {
        const answer = await forward(context, number, call, request)
        const media_id = answer.status < 300 ? jsonObject(answer.body)?.id : undefined
        if (typeof media_id === 'string') await remember(context, number, parts, media_id)
        // Judged as a send is: without an id and without an error of Meta's nobody knows whether Meta has the file.
        else if (answer.status < 400 || graphErrorCode(answer.body) === null) {
          throw noAnswer('POST', { kind: 'lost', ...(answer.status >= 500 && { status: answer.status }) })
        }
        return answer
      }
      const { idempotencyKey } = call
      const { answer, replayed } = await keyedUpload(context, number, { idempotencyKey, parts }, upload)
      const passed = passOn(context, number, answer)
      return replayed ? { ...passed, headers: { ...passed.headers, 'idempotent-replayed': 'true' } } : passed
    },
    passedOn,
  )
}

/** `upload_strategy` is Kapso's own (Kapso rule). */
const passedOn = (parts: FormPart[]) =>
  parts.filter((part) => part.name !== 'upload_strategy').map((part) => withMimeType(part, parts))

/**
 * Meta judges a file by the content type of its part. Where that says nothing and the form's `type` is a MIME type,
 * that is used; a type that the client did give is never changed (Kapso rule).
 */
function withMimeType(part: FormPart, parts: FormPart[]): FormPart {
  if (part.kind !== 'file') return part
  if (part.contentType && !/^application\/octet-stream\b/i.test(part.contentType)) return part
  const type = parts.find((candidate) => candidate.name === 'type')
  const stated = type?.kind === 'field' ? type.value.toString('utf8').trim() : ''
  if (!/^[\w.+-]+\/[\w.+-]+(\s*;\s*[\w-]+=[\w.-]+)*$/.test(stated)) return part
  return { ...part, contentType: stated, headers: { ...part.headers, 'content-type': [stated] } }
}

async function remember(context: Context, number: PhoneNumberRow, parts: FormPart[], media_id: string): Promise<void> {
  const file = parts.find((part) => part.kind === 'file')
  if (file?.kind !== 'file') return
  const { project_id, id: phone_number } = number
  const { contentType: mime_type, sha256, size: byte_size, filename } = file
  // The upload has succeeded: what we know of it is worth a log line at most.
  await context.store
    .write(insertMedia, { project_id, phone_number, media_id, mime_type, sha256, byte_size, filename })
    .catch((error) => context.log.error({ err: error }, 'an upload could not be recorded'))
}
