export type Media = {
  id: string
  phone_number_id: string
  mime_type: string
  size: number
  /** In hex, as GET /{media_id} has it; webhooks write it in base64. */
  sha256: string
  /** Its place on disk. */
  file: string
  filename?: string
  /** When the id stops naming anything. */
  expires_at: number
}

export type MediaCopy = Pick<Media, 'id' | 'mime_type' | 'size' | 'sha256' | 'filename'>

/** A resumable upload; `handle` once it is whole. */
export type Upload = {
  id: string
  app_id: string
  file_name?: string
  file_type: string
  file_length: number
  received: number
  handle?: string
}
