import { readFile } from 'node:fs/promises'
import { badParam } from '../graph-error.ts'
import { readUpload } from '../media/read-upload.ts'
import { Param } from '../param.ts'
import { frameOf, type GraphCall } from './call.ts'
import { readScalars } from './request-body.ts'

type FormFile = { bytes: Buffer; mime_type: string }

/** Meta rule: a form with parts is a body like any other. What it holds, with the part called `file`. */
export async function readForm(call: GraphCall, largest: number): Promise<{ frame: Param; file?: FormFile }> {
  const { simulation, request, query } = call
  if (!/^multipart\/form-data/i.test(request.headers['content-type'] ?? '')) return { frame: frameOf(call) }
  const { fields, file } = await readUpload(request, simulation.media)
  const { access_token: _, ...parameters } = { ...readScalars(query), ...readScalars(fields) }
  const frame = new Param(parameters, '', simulation.settings.switches)
  if (!file) return { frame }
  try {
    if (file.stored.size > largest) throw badParam(`Param file must be at most ${largest} bytes.`)
    return { frame, file: { bytes: await readFile(file.stored.path), mime_type: file.mime_type } }
  } finally {
    await simulation.media.discard(file.stored)
  }
}
