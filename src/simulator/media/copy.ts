import type { Media, MediaCopy } from '../state.ts'

/** A file as a message carries it: it stays when the media itself is gone. */
export function copyOf({ id, mime_type, size, sha256, filename }: Media): MediaCopy {
  return { id, mime_type, size, sha256, ...(filename === undefined ? {} : { filename }) }
}
