export type MediaKind = 'audio' | 'document' | 'image' | 'sticker' | 'video'

const KB = 1024
const MB = 1024 * KB

const OFFICE = 'application/vnd.openxmlformats-officedocument'

/** Meta rule: the types an upload may have, in the order Meta's refusal names them. */
export const UPLOAD_TYPES: Record<string, MediaKind> = {
  'audio/aac': 'audio',
  'audio/mp4': 'audio',
  'audio/mpeg': 'audio',
  'audio/amr': 'audio',
  'audio/ogg': 'audio',
  'audio/opus': 'audio',
  'application/vnd.ms-powerpoint': 'document',
  'application/msword': 'document',
  [`${OFFICE}.wordprocessingml.document`]: 'document',
  [`${OFFICE}.presentationml.presentation`]: 'document',
  [`${OFFICE}.spreadsheetml.sheet`]: 'document',
  'application/pdf': 'document',
  'text/plain': 'document',
  'application/vnd.ms-excel': 'document',
  'image/jpeg': 'image',
  'image/png': 'image',
  'image/webp': 'sticker',
  'video/mp4': 'video',
  'video/3gpp': 'video',
}

/** Meta rule: the largest file of each kind, in bytes. Animated stickers may be larger. */
export const SIZE_CAPS: Record<MediaKind, number> = {
  audio: 16 * MB,
  document: 100 * MB,
  image: 5 * MB,
  sticker: 100 * KB,
  video: 16 * MB,
}
const ANIMATED_STICKER_CAP = 500 * KB
export const LARGEST_UPLOAD = 100 * MB

/** `audio/ogg; codecs=opus` → `audio/ogg`. */
export function bareType(mime: string): string {
  return (mime.split(';')[0] ?? '').trim().toLowerCase()
}

/** The kind of message a file of this type can be sent as; null for a type Meta does not take. */
export function kindOf(mime: string): MediaKind | null {
  const type = bareType(mime)
  return Object.hasOwn(UPLOAD_TYPES, type) ? (UPLOAD_TYPES[type] ?? null) : null
}

/** The largest this file may be, told from its type and its first bytes. */
export function sizeCap(kind: MediaKind, head: Buffer): number {
  // An extended WebP says in its flags whether it moves.
  const animated = head.subarray(12, 16).toString('latin1') === 'VP8X' && ((head[20] ?? 0) & 0x02) !== 0
  return kind === 'sticker' && animated ? ANIMATED_STICKER_CAP : SIZE_CAPS[kind]
}

/** Meta rule: Ogg carries Opus or is refused. Content that is no Ogg at all is judged by what its type claims. */
export function isOpus(mime: string, head: Buffer): boolean {
  if (head.subarray(0, 4).toString('latin1') === 'OggS') return head.includes('OpusHead')
  return /codecs\s*=\s*"?opus/i.test(mime)
}
