import type { Readable } from 'node:stream'
import { Busboy, type BusboyInstance } from '@fastify/busboy'
import type { FastifyRequest } from 'fastify'
import { badParam } from '../graph-error.ts'
import { LARGEST_UPLOAD } from './kinds.ts'
import type { MediaStore, StoredFile } from './store.ts'

export type Upload = {
  fields: Map<string, string>
  file?: { stored: StoredFile; mime_type: string; filename: string | undefined }
}

const FIELD_LIMIT = 64 * 1024
const HEADERS_SEEN = 16 * 1024

/** Reads a multipart upload, its file straight to disk. Broken multipart is refused with 100, after the rest was read. */
export async function readUpload(request: FastifyRequest, store: MediaStore): Promise<Upload> {
  const upload: Upload = { fields: new Map() }
  const parser = createParser(request.headers['content-type'] ?? '')
  const opening = keepOpening(request.raw)
  let writing: Promise<StoredFile> | undefined
  let about = { mime_type: '', filename: undefined as string | undefined }

  parser.on('field', (name, value) => upload.fields.set(name, value))
  parser.on('file', (name, stream: Readable, filename, _encoding, mime) => {
    if (name !== 'file' || writing) {
      stream.resume()
      return
    }
    about = { mime_type: fullType(opening(), mime), filename: filename || undefined }
    writing = store.write(stream)
    // Awaited below; a connection cut in the middle must not count as unhandled until then.
    writing.catch(() => {})
  })
  try {
    await new Promise<void>((resolve, reject) => {
      parser.on('finish', resolve)
      parser.on('error', reject)
      request.raw.on('error', reject)
      request.raw.on('close', () => request.raw.readableEnded || reject(new Error('The upload was cut off.')))
      request.raw.pipe(parser)
    })
  } catch (error) {
    request.raw.unpipe(parser)
    request.raw.resume()
    parser.destroy()
    if (writing) writing.then((stored) => store.discard(stored)).catch(() => {})
    throw badParam(`The multipart body could not be read: ${error instanceof Error ? error.message : error}`)
  }
  if (writing) upload.file = { stored: await writing, ...about }
  return upload
}

function createParser(contentType: string): BusboyInstance {
  try {
    return new Busboy({
      headers: { 'content-type': contentType },
      // A file part counts as one with or without a file name.
      isPartAFile: (name, _type, filename) => name === 'file' || filename !== undefined,
      limits: { fileSize: LARGEST_UPLOAD + 1, fieldSize: FIELD_LIMIT, fields: 50, files: 5, parts: 60 },
    })
  } catch (error) {
    throw badParam(`The multipart body could not be read: ${error instanceof Error ? error.message : error}`)
  }
}

function keepOpening(source: Readable): () => string {
  let text = ''
  source.on('data', (chunk: Buffer) => {
    if (text.length < HEADERS_SEEN) text += chunk.toString('latin1').slice(0, HEADERS_SEEN)
  })
  return () => text
}

// Busboy drops the parameters of a part's type, and `codecs=opus` is one Meta judges by.
function fullType(opening: string, mime: string): string {
  if (mime !== 'audio/ogg') return mime
  return /^content-type:\s*(audio\/ogg[^\r\n]*)/im.exec(opening)?.[1]?.trim() ?? mime
}
