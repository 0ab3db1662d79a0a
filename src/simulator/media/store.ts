import { createHash } from 'node:crypto'
import { createWriteStream, rmSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { DAY } from '../../lib/clock.ts'
import type { Simulation } from '../simulation.ts'
import type { Media, State } from '../state.ts'

/** Meta rule: how long an id lives. */
const LIFETIME = { uploaded: 30 * DAY, inbound: 7 * DAY }
const KEPT_FILES = 10_000
const HEAD_BYTES = 128

/** A file on disk; `sha256` in hex. */
export type StoredFile = { path: string; size: number; sha256: string; head: Buffer }

type About = {
  phone_number_id: string
  mime_type: string
  filename?: string | undefined
  origin: keyof typeof LIFETIME
}

export type MediaStore = {
  /** Writes a stream to a file of the temporary folder, hashing on the way. */
  write(source: Readable): Promise<StoredFile>
  discard(file: StoredFile): Promise<void>
  /** Gives a written file an id that the number can use. */
  add(file: StoredFile, about: About): Media
  addBytes(bytes: Buffer, about: About): Promise<Media>
  /** The media with this id, unless it expired. */
  find(id: string): Media | undefined
  remove(media: Media): void
  /** Writes the files of an imported state, base64 by id, and forgets those of the state before. */
  restore(state: State, files: Record<string, string>): Promise<void>
  close(): Promise<void>
}

/** Files live in a temporary folder for as long as the simulator runs. */
export function createMediaStore(simulation: Simulation): MediaStore {
  let folder: Promise<string> | undefined
  let files = 0

  // Made when the first file comes: most simulators in tests never see one.
  const place = async () => {
    folder ??= mkdtemp(join(tmpdir(), 'whatsapp-simulator-'))
    return join(await folder, String(++files))
  }

  function remove(media: Media): void {
    simulation.state.media.delete(media.id)
    rmSync(media.file, { force: true })
  }

  const store: MediaStore = {
    async write(source) {
      const path = await place()
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
      return { path, size, sha256: hash.digest('hex'), head: Buffer.from(head) }
    },
    discard: (file) => rm(file.path, { force: true }),
    add({ path, size, sha256 }, { phone_number_id, mime_type, filename, origin }) {
      const now = simulation.now()
      const kept = simulation.state.media
      const media: Media = {
        id: simulation.ids.object(),
        phone_number_id,
        mime_type,
        size,
        sha256,
        file: path,
        expires_at: now + LIFETIME[origin],
        ...(filename === undefined ? {} : { filename }),
      }
      kept.set(media.id, media)
      for (const old of kept.values()) {
        if (kept.size <= KEPT_FILES && old.expires_at > now) break
        remove(old)
      }
      return media
    },
    addBytes: async (bytes, about) => store.add(await store.write(Readable.from([bytes])), about),
    find(id) {
      const media = simulation.state.media.get(id)
      if (!media || media.expires_at > simulation.now()) return media
      remove(media)
      return undefined
    },
    remove,
    async restore(state, contents) {
      const before = [...simulation.state.media.values()]
      for (const media of state.media.values()) {
        const bytes = Buffer.from(contents[media.id] ?? '', 'base64')
        media.file = (await store.write(Readable.from([bytes]))).path
      }
      for (const { file } of before) rmSync(file, { force: true })
    },
    async close() {
      if (folder) await rm(await folder, { recursive: true, force: true })
    },
  }
  return store
}
