import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import { NUMBER } from '../support/start-gateway.ts'
import { load } from './load.ts'
import { sendsOf } from './sends.ts'
import { median, type Subject, startSubject } from './subject.ts'

/** Resident memory of a gateway, bytes. `loaded`: the highest seen while it sends at its most. */
export type Memory = { idle: number; loaded: number; firstUpload: number; laterUpload: number }

/** Looks at a gateway of its own: as it stands, under load, and while uploads of 100 MB go through it. */
export async function lookAtMemory({ loadMs, uploads }: { loadMs: number; uploads: number }): Promise<Memory> {
  const upstream = await startSubject('upstream')
  const gateway = await startSubject('gateway', [upstream.url, 'empty'])
  await new Promise((resolve) => setTimeout(resolve, 2_000))
  const { rss: idle } = await gateway.usage()
  const loaded = await highest(gateway, () =>
    load(gateway.url, { connections: 256, ms: loadMs, requests: sendsOf(gateway.key) }),
  )
  const growth: number[] = []
  for (let count = 0; count < uploads; count += 1) {
    const before = (await gateway.usage()).rss
    growth.push((await highest(gateway, () => upload(gateway))) - before)
  }
  await gateway.stop()
  await upstream.stop()
  const [firstUpload = 0, ...later] = growth
  return { idle, loaded, firstUpload, laterUpload: median(later) }
}

/** The highest resident memory during some work, looked at every 20 ms. */
async function highest(gateway: Subject, work: () => Promise<unknown>): Promise<number> {
  let peak = (await gateway.usage()).rss
  let done = false
  const finished = work().finally(() => {
    done = true
  })
  while (!done) {
    await new Promise((resolve) => setTimeout(resolve, 20))
    peak = Math.max(peak, (await gateway.usage()).rss)
  }
  await finished
  return peak
}

/** 100 MB less a little, as a form. */
async function upload(gateway: Subject): Promise<void> {
  const boundary = 'bench'
  const chunk = Buffer.alloc(64 * 1024, 'x')
  const chunks = 1599
  const head = Buffer.from(
    `--${boundary}\r\ncontent-disposition: form-data; name="messaging_product"\r\n\r\nwhatsapp\r\n` +
      `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="a.pdf"\r\ncontent-type: application/pdf\r\n\r\n`,
  )
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`)
  const request = httpRequest(`${gateway.url}/meta/whatsapp/v24.0/${NUMBER}/media`, {
    method: 'POST',
    headers: {
      'x-api-key': gateway.key,
      'content-type': `multipart/form-data; boundary=${boundary}`,
      'content-length': head.length + chunks * chunk.length + tail.length,
    },
  })
  const answered = once(request, 'response')
  request.write(head)
  for (let index = 0; index < chunks; index += 1) if (!request.write(chunk)) await once(request, 'drain')
  request.end(tail)
  const [response] = await answered
  if (response.statusCode !== 200) throw new Error(`the upload was answered with ${response.statusCode}`)
  response.resume()
  await once(response, 'end')
}
