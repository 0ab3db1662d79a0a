import { createHash } from 'node:crypto'
import { createWriteStream, rmSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type Clock, DAY } from '../../lib/clock.ts'
import type { Identifiers } from '../identifiers.ts'
import type { Media, PhoneNumber, State } from '../state.ts'

/** Meta rule: how long an id lives. */
const LIFETIME = { uploaded: 30 * DAY, inbound: 7 * DAY }
const KEPT_FILES = 10_000
const HEAD_BYTES = 128

export type StoredFile = { path: string; size: number; sha256: Buffer; head: Buffer }

export type MediaStore = {
  /** Writes a stream to a file of the temporary folder, hashing on the way. */
  write(source: Readable): Promise<StoredFile>
  discard(file: StoredFile): Promise<void>
  /** Gives a written file an id that `number` can use. */
  add(
    file: StoredFile,
    about: { number: PhoneNumber; mime_type: string; filename?: string | undefined; origin: keyof typeof LIFETIME },
  ): Media
  addBytes(
    bytes: Buffer,
    about: { number: PhoneNumber; mime_type: string; filename?: string | undefined; origin: keyof typeof LIFETIME },
  ): Promise<Media>
  /** The media with this id, unless it expired. */
  find(id: string): Media | undefined
  remove(media: Media): void
  close(): Promise<void>
}

export async function createMediaStore(state: State, clock: Clock, ids: Identifiers): Promise<MediaStore> {
  const folder = await mkdtemp(join(tmpdir(), 'whatsapp-simulator-'))
  // In the order they came, so that the oldest can leave first.
  const kept = new Map<string, Media>()
  let files = 0

  function remove(media: Media): void {
    kept.delete(media.id)
    state.objects.delete(media.id)
    rmSync(media.file, { force: true })
  }

  const store: MediaStore = {
    async write(source) {
      const path = join(folder, String(++files))
      const hash = createHash('sha256')
      let size = 0
      let head: Buffer = Buffer.alloc(0)
      const measure = new Transform({
        transform(chunk: Buffer, _encoding, done) {
          size += chunk.length
          hash.update(chunk)
          if (head.length < HEAD_BYTES) head = Buffer.concat([head, chunk]).subarray(0, HEAD_BYTES)
          done(null, chunk)
        },
      })
      await pipeline(source, measure, createWriteStream(path))
      return { path, size, sha256: hash.digest(), head: Buffer.from(head) }
    },
    discard: (file) => rm(file.path, { force: true }),
    add(file, { number, mime_type, filename, origin }) {
      const expires_at = clock.now() + LIFETIME[origin]
      const { path, size, sha256 } = file
      const media: Media = { id: ids.object(), number, mime_type, size, sha256, file: path, filename, expires_at }
      kept.set(media.id, media)
      state.objects.set(media.id, { kind: 'media', media })
      for (const old of kept.values()) {
        if (kept.size <= KEPT_FILES && old.expires_at > clock.now()) break
        remove(old)
      }
      return media
    },
    addBytes: async (bytes, about) => store.add(await store.write(Readable.from([bytes])), about),
    find(id) {
      const media = kept.get(id)
      if (!media || media.expires_at > clock.now()) return media
      remove(media)
      return undefined
    },
    remove,
    close: () => rm(folder, { recursive: true, force: true }),
  }
  return store
}
