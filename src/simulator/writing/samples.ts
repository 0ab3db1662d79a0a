import type { MediaKind } from '../media/kinds.ts'

type Sample = { bytes: Buffer; mime_type: string; filename?: string }

const base64 = (text: string) => Buffer.from(text, 'base64')

/** What a customer sends when no bytes are given: the smallest files of their kind. The video is a frame without a picture. */
export const SAMPLES: Record<MediaKind, Sample> = {
  image: {
    mime_type: 'image/png',
    bytes: base64('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='),
  },
  sticker: {
    mime_type: 'image/webp',
    bytes: base64('UklGRiQAAABXRUJQVlA4IBgAAAAwAQCdASoBAAEAAwA0JaQAA3AA/vuUAAA='),
  },
  audio: {
    mime_type: 'audio/ogg; codecs=opus',
    bytes: base64(
      'T2dnUwACAAAAAAAAAABXUQAAAAAAAI1TQkMBE09wdXNIZWFkAQE4AYC7AAAAAABPZ2dTAAAAAAAAAAAAAFdRAAABAAAAWro+XwEWT3B1c1RhZ3MGAAAAc2FtcGxlAAAAAE9nZ1MABMADAAAAAAAAV1EAAAIAAAC+ckssAQP4//4=',
    ),
  },
  video: {
    mime_type: 'video/mp4',
    bytes: base64('AAAAGGZ0eXBtcDQyAAAAAG1wNDJpc29tAAAACG1kYXQ='),
  },
  document: {
    mime_type: 'text/plain',
    filename: 'sample.txt',
    bytes: Buffer.from('A document from a simulated customer.\n'),
  },
}
