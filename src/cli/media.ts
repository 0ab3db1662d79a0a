import { existsSync, openAsBlob } from 'node:fs'
import { basename, extname } from 'node:path'
import type { Command } from 'commander'
import { type Connection, ConnectionError, call, readConnection } from '../../scripts/connection.mjs'
import { defaultNumber } from './send.ts'

/** What WhatsApp takes, by the ending of a file's name (Meta rule). */
const TYPES: Record<string, string> = {
  '.aac': 'audio/aac',
  '.amr': 'audio/amr',
  '.mp3': 'audio/mpeg',
  '.m4a': 'audio/mp4',
  '.ogg': 'audio/ogg',
  '.txt': 'text/plain',
  '.pdf': 'application/pdf',
  '.doc': 'application/msword',
  '.docx': 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  '.xls': 'application/vnd.ms-excel',
  '.xlsx': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  '.ppt': 'application/vnd.ms-powerpoint',
  '.pptx': 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.mp4': 'video/mp4',
  '.3gp': 'video/3gpp',
}

export function addMediaCommand(program: Command): void {
  program
    .command('media')
    .description('files for messages')
    .command('upload <file>')
    .description('upload a file and print its media id')
    .option('--type <mime>', 'its type, where the name does not tell')
    .option('--from <phone_number_id>', 'the number that will send it')
    .action(async (file: string, options: { type?: string; from?: string }) => {
      const connection = readConnection(process.env)
      const from = options.from ?? (await defaultNumber(connection))
      console.log(await uploadFile(connection, from, file, options.type))
    })
}

/** Uploads a file, streamed, and gives its media id. */
export async function uploadFile(connection: Connection, from: string, path: string, type?: string): Promise<string> {
  if (!existsSync(path)) throw new ConnectionError(`There is no file ${path}.`)
  const mime = type ?? TYPES[extname(path).toLowerCase()]
  if (!mime) throw new ConnectionError(`Say with --type what ${basename(path)} is, for instance image/png.`)
  const form = new FormData()
  form.append('messaging_product', 'whatsapp')
  form.append('type', mime)
  form.append('file', await openAsBlob(path, { type: mime }), basename(path))
  const { id } = await call(`${connection.metaBase}/${from}/media`, {
    method: 'POST',
    apiKey: connection.apiKey,
    body: form,
  })
  return id
}
