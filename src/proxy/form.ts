import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setImmediate } from 'node:timers/promises'
import { Dicer } from '@fastify/busboy'
import { ApiError } from '../errors.ts'

/** One part of a form. `headers` are the sender's own, in latin1 as they came; files wait on the disk. */
export type FormPart = {
  name: string
  filename: string | null
  contentType: string | null
  headers: Record<string, string[]>
  size: number
} & ({ kind: 'field'; value: Buffer } | { kind: 'file'; path: string; sha256: string })

export type Form = { parts: FormPart[]; remove(): Promise<void> }

/** Bytes. The largest file WhatsApp takes is 100 MB (Meta rule). */
const FILE_LIMIT = 100 * 1024 * 1024
const FIELD_LIMIT = 64 * 1024
const FORM_LIMIT = FILE_LIMIT + 1024 * 1024
const PART_LIMIT = 32

/**
 * Takes a multipart form in, whole, before any of it goes anywhere: files onto the disk in `folder`, fields into
 * memory. So a form that is cut short or too large is refused without Meta having seen it, and what a later part says
 * of an earlier one can still be heeded. Memory stays flat whatever the size.
 * @throws ApiError bad_request, payload_too_large
 */
export async function takeForm(stream: Readable, contentType: string, folder: string): Promise<Form> {
  const boundary = /;\s*boundary=(?:"([^"]{1,200})"|([^\s;"]{1,200}))/i.exec(contentType)
  const dir = await mkdtemp(join(folder, 'form-'))
  const remove = () => rm(dir, { recursive: true, force: true })
  try {
    if (!boundary) throw new ApiError('bad_request', '(#100) The form has no boundary.')
    return { parts: await readParts(stream, boundary[1] ?? boundary[2] ?? '', dir), remove }
  } catch (error) {
    await remove()
    // Whoever is still sending is heard out, so that the refusal can be read; what comes is thrown away.
    stream.on('error', () => {}).resume()
    throw error
  }
}

async function readParts(stream: Readable, boundary: string, dir: string): Promise<FormPart[]> {
  const parts: Array<Promise<FormPart>> = []
  const read = new AbortController()
  const dicer = new Dicer({ boundary, maxHeaderPairs: 20 })
  let broken: unknown = null
  dicer.on('error', (error) => {
    broken ??= error
  })
  dicer.on('part', (part: Readable) => {
    // The parser says of a part that is cut short what it says of the whole form.
    part.on('error', () => {})
    const path = join(dir, String(parts.length))
    const taken = parts.length < PART_LIMIT ? takePart(part, path, read.signal) : refuse(part, 'has too many parts')
    // Awaited below; until then a failure must not count as unhandled.
    taken.catch((error) => dicer.destroy(error))
    parts.push(taken)
  })
  try {
    await feed(stream, dicer)
    // What the parser has to complain of at the end, it says within a turn of the event loop.
    await setImmediate()
    if (broken) throw broken
    read.abort()
    if (parts.length === 0) throw new ApiError('bad_request', '(#100) The form is empty.')
    return await Promise.all(parts)
  } catch (error) {
    read.abort()
    const refusal = [error, broken].find((reason) => reason instanceof ApiError)
    throw refusal ?? new ApiError('bad_request', '(#100) The form was cut short or is not well formed.')
  }
}

/**
 * Gives the parser all there is. Its `finish` is not waited for: some broken forms never bring it. The stream outlives
 * a refusal, because the answer goes out on its connection.
 */
async function feed(stream: Readable, dicer: Dicer): Promise<void> {
  let size = 0
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    size += chunk.length
    if (size > FORM_LIMIT) throw tooLarge()
    if (dicer.destroyed) break
    if (!dicer.write(chunk)) await once(dicer, 'drain')
  }
  dicer.end()
}

async function refuse(part: Readable, why: string): Promise<FormPart> {
  part.on('error', () => {}).resume()
  throw new ApiError('bad_request', `(#100) The form ${why}.`)
}

/** `read`: aborted when the form has been read. A part whose headers have not come by then has none. */
async function takePart(part: Readable, path: string, read: AbortSignal): Promise<FormPart> {
  const [headers] = (await once(part, 'header', { signal: read })) as [Record<string, string[]>]
  const disposition = headers['content-disposition']?.[0] ?? ''
  const name = parameter(disposition, 'name')
  if (name === null) return refuse(part, 'has a part without a name')
  const filename = parameter(disposition, 'filename')
  const head = { name, filename, contentType: headers['content-type']?.[0] ?? null, headers }
  if (filename === null && name !== 'file') return takeField(part, head)

  const hash = createHash('sha256')
  let size = 0
  const measured = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk)
      size += chunk.length
      done(size > FILE_LIMIT ? tooLarge() : null, chunk)
    },
  })
  await pipeline(part, measured, createWriteStream(path, { mode: 0o600 }))
  return { ...head, kind: 'file', path, size, sha256: hash.digest('hex') }
}

async function takeField(
  part: Readable,
  head: Pick<FormPart, 'name' | 'filename' | 'contentType' | 'headers'>,
): Promise<FormPart> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of part) {
    size += chunk.length
    if (size > FIELD_LIMIT) return refuse(part, `has a field that is too long (${head.name.slice(0, 32)})`)
    chunks.push(chunk)
  }
  return { ...head, kind: 'field', value: Buffer.concat(chunks), size }
}

function tooLarge(): ApiError {
  return new ApiError('payload_too_large', 'The file is larger than 100 MB, the most that WhatsApp takes.')
}

function parameter(disposition: string, name: string): string | null {
  const quoted = new RegExp(`;\\s*${name}="((?:[^"\\\\]|\\\\.)*)"`, 'i').exec(disposition)
  if (quoted) return Buffer.from(quoted[1] ?? '', 'latin1').toString('utf8')
  const plain = new RegExp(`;\\s*${name}=([^\\s;"]+)`, 'i').exec(disposition)
  return plain?.[1] ?? null
}

/** A form to send: its content type, its exact length in bytes, and its bytes as they are read. */
export type OutgoingForm = { contentType: string; length: number; stream(): Readable }

/** Writes parts as a form again, in their order and with their own headers. */
export function writeForm(parts: FormPart[], boundary: string): OutgoingForm {
  const heads = parts.map((part) => {
    const lines = Object.entries(part.headers).flatMap(([name, values]) =>
      values.map((value) => `${name}: ${value}\r\n`),
    )
    return Buffer.from(`--${boundary}\r\n${lines.join('')}\r\n`, 'latin1')
  })
  const end = Buffer.from(`--${boundary}--\r\n`)
  async function* bytes() {
    for (const [index, part] of parts.entries()) {
      yield heads[index]
      if (part.kind === 'field') yield part.value
      else yield* createReadStream(part.path)
      yield Buffer.from('\r\n')
    }
    yield end
  }
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    length: parts.reduce((sum, part, index) => sum + (heads[index]?.length ?? 0) + part.size + 2, end.length),
    stream: () => Readable.from(bytes(), { objectMode: false }),
  }
}
