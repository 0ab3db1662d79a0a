import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { expect, test } from 'vitest'
import { startCapturingGraph } from '../support/capturing-graph.ts'
import { NUMBER, startGateway } from '../support/start-gateway.ts'
import { startPair } from '../support/start-pair.ts'

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
const CUSTOMER = '15551234567'
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

function form(fields: Record<string, string>, file: Blob = new Blob([PNG], { type: 'image/png' }), name = 'photo.png') {
  const data = new FormData()
  for (const [key, value] of Object.entries(fields)) data.append(key, value)
  data.append('file', file, name)
  return data
}

test('an upload is sent in an image, a template header and a button header, seen with its bytes, fetched and deleted', async () => {
  await using pair = await startPair()
  const { phone_number_id } = pair
  const upload = await pair.call(
    'POST',
    `/${phone_number_id}/media`,
    form({ messaging_product: 'whatsapp', type: 'image/png' }),
  )
  expect(upload.status).toBe(200)
  const { id } = upload.json

  await pair.customerSays(CUSTOMER, 'Hi')
  const messages = [
    { type: 'image', image: { id, caption: 'Look' } },
    {
      type: 'template',
      template: {
        name: 'order_photo',
        language: { code: 'en_US' },
        components: [
          { type: 'header', parameters: [{ type: 'image', image: { id } }] },
          { type: 'body', parameters: [{ type: 'text', text: 'ORDER-123' }] },
        ],
      },
    },
    {
      type: 'interactive',
      interactive: {
        type: 'button',
        header: { type: 'image', image: { id } },
        body: { text: 'Is this yours?' },
        action: { buttons: [{ type: 'reply', reply: { id: 'yes', title: 'Yes' } }] },
      },
    },
  ]
  for (const message of messages) expect((await pair.send({ to: CUSTOMER, ...message })).text).toContain('wamid.')
  const phone = (await pair.phone(CUSTOMER, 3)).filter(({ direction }) => direction === 'received')
  expect(phone.map(({ type }) => type)).toEqual(['image', 'template', 'interactive'])
  for (const message of phone) {
    const [seen] = message.media as Array<{ id: string; sha256: string; download_url: string }>
    expect(seen).toMatchObject({ id, sha256: sha256(PNG) })
    const bytes = await fetch(seen?.download_url ?? '', { headers: { 'x-api-key': pair.simulator_key } })
    expect(Buffer.from(await bytes.arrayBuffer()).equals(PNG)).toBe(true)
  }

  const metadata = await pair.call('GET', `/${id}?phone_number_id=${phone_number_id}`)
  expect(metadata.json).toMatchObject({
    messaging_product: 'whatsapp',
    id,
    mime_type: 'image/png',
    sha256: sha256(PNG),
    file_size: String(PNG.length),
    download_url_expires_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
  })
  expect(metadata.json.url).toBe(metadata.json.download_url)
  expect(metadata.json.url.startsWith(`${pair.base_url}/meta/whatsapp/media_download?token=`)).toBe(true)

  for (const headers of [{}, { 'x-api-key': 'wrong' }, { authorization: 'Bearer wrong' }] as Array<
    Record<string, string>
  >) {
    const download = await fetch(metadata.json.download_url, { headers, redirect: 'error' })
    expect(download.status).toBe(200)
    expect(download.headers.get('content-type')).toBe('image/png')
    expect(download.headers.get('content-length')).toBe(String(PNG.length))
    expect(download.headers.get('cache-control')).toBe('private, max-age=240')
    expect(download.headers.get('content-disposition')).toBe(`inline; filename="${id}"`)
    expect(Buffer.from(await download.arrayBuffer()).equals(PNG)).toBe(true)
  }
  const part = await fetch(metadata.json.url, { headers: { range: 'bytes=0-3' } })
  expect([part.status, Buffer.from(await part.arrayBuffer())]).toEqual([206, PNG.subarray(0, 4)])
  expect((await fetch(metadata.json.url, { method: 'HEAD' })).status).toBe(200)

  const deleted = await pair.call('DELETE', `/${id}?phone_number_id=${phone_number_id}`)
  expect([deleted.status, deleted.json]).toEqual([200, { success: true }])
  const gone = await fetch(metadata.json.download_url)
  expect([gone.status, await gone.json()]).toEqual([404, { error: 'Media not found' }])
  expect((await pair.call('GET', `/${id}?phone_number_id=${phone_number_id}`)).json.error).toMatchObject({
    code: 100,
    error_subcode: 33,
  })
})

test('a download link that was changed, is too old or absent opens nothing', async () => {
  await using pair = await startPair()
  const { json } = await pair.call('POST', `/${pair.phone_number_id}/media`, form({ messaging_product: 'whatsapp' }))
  const { url } = (await pair.call('GET', `/${json.id}`)).json
  const token = new URL(url).searchParams.get('token') ?? ''
  const [grant = '', signature = ''] = token.split('.')
  const forged = Buffer.from(JSON.stringify(['1', pair.phone_number_id, 4_000_000_000])).toString('base64url')
  for (const bad of [
    '',
    'x',
    `${token}x`,
    `${forged}.${signature}`,
    grant,
    `.${signature}`,
    `${grant}.${'a'.repeat(43)}`,
  ]) {
    const answer = await fetch(`${pair.base_url}/meta/whatsapp/media_download?token=${bad}`)
    expect(answer.status, bad).toBe(404)
    expect(answer.headers.get('content-type')).toContain('application/json')
  }
})

test('what goes up is the client’s form: parts in order, their headers, without what is not Meta’s', async () => {
  await using graph = await startCapturingGraph()
  await using gateway = await startGateway({ graphUrl: graph.url })
  graph.answers({ body: { id: '1037001122334455' } })
  const body = [
    '--x',
    'Content-Disposition: form-data; name="messaging_product"',
    '',
    'whatsapp',
    '--x',
    'Content-Disposition: form-data; name="file"; filename="sprache \u00fc.ogg"',
    'Content-Type: audio/ogg; codecs=opus',
    '',
    'OggS\r\n--not a boundary\r\n',
    '--x',
    'Content-Disposition: form-data; name="upload_strategy"',
    '',
    'resumable',
    '--x',
    'Content-Disposition: form-data; name="type"',
    '',
    'audio',
    '--x--',
    '',
  ].join('\r\n')
  const answer = await gateway.call('POST', `${gateway.meta}/${NUMBER}/media`, Buffer.from(body), {
    'x-api-key': gateway.api_key,
    'content-type': 'multipart/form-data; boundary=x',
  })
  expect([answer.status, answer.json]).toEqual([200, { id: '1037001122334455' }])
  const sent = graph.requests.at(-1)
  const boundary = /boundary=(.+)$/.exec(sent?.headers['content-type'] ?? '')?.[1] ?? ''
  expect(Number(sent?.headers['content-length'])).toBe(sent?.body.length)
  const expected = body
    .replace(/--x\r\nContent-Disposition: form-data; name="upload_strategy"\r\n\r\nresumable\r\n/, '')
    .replace(/Content-Disposition/g, 'content-disposition')
    .replace(/Content-Type/g, 'content-type')
    .replace(/^--x/gm, `--${boundary}`)
  expect(sent?.body.toString('utf8')).toBe(expected)
})

test('a part without a type takes the form’s, wherever that stands; a given type stays', async () => {
  await using graph = await startCapturingGraph()
  await using gateway = await startGateway({ graphUrl: graph.url })
  graph.answers({ body: { id: '1037001122334455' } })
  const typeSent = async (file: Blob, type: string) => {
    const data = new FormData()
    data.append('file', file, 'a')
    data.append('type', type)
    await fetch(`${gateway.meta}/${NUMBER}/media`, {
      method: 'POST',
      headers: { 'x-api-key': gateway.api_key },
      body: data,
    })
    return /filename="a"\r\ncontent-type: (.*)\r\n/.exec(graph.requests.at(-1)?.body.toString('latin1') ?? '')?.[1]
  }
  expect(await typeSent(new Blob(['x']), 'image/png')).toBe('image/png')
  expect(await typeSent(new Blob(['x']), 'image')).toBe('application/octet-stream')
  expect(await typeSent(new Blob(['x'], { type: 'image/jpeg' }), 'image/png')).toBe('image/jpeg')
})

test('a form that is cut short, too large or no form is refused, nothing goes up and nothing stays behind', async () => {
  await using graph = await startCapturingGraph()
  await using gateway = await startGateway({ graphUrl: graph.url })
  graph.requests.length = 0
  const upload = (body: string, contentType = 'multipart/form-data; boundary=x') =>
    gateway.call('POST', `${gateway.meta}/${NUMBER}/media`, Buffer.from(body), {
      'x-api-key': gateway.api_key,
      'content-type': contentType,
    })
  const file = '--x\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\nabc'
  for (const [body, type] of [
    [file],
    [`${file}\r\n--x`],
    [''],
    ['--x--\r\n'.slice(0, 3)],
    ['--x\r\nbroken'],
    ['--x\r\n\r\nno name\r\n--x--\r\n'],
    [`--x\r\ncontent-disposition: form-data; name="type"\r\n\r\n${'y'.repeat(70_000)}\r\n--x--\r\n`],
    [`${'--x\r\ncontent-disposition: form-data; name="a"\r\n\r\n1\r\n'.repeat(40)}--x--\r\n`],
    [file, 'multipart/form-data'],
    ['{}', 'application/json'],
  ] as Array<[string, string?]>) {
    const answer = await upload(body, type)
    expect([answer.status, (answer.json.error as { code: number })?.code], body.slice(0, 60)).toEqual([400, 100])
  }
  const large = await oversized(gateway.url, gateway.api_key)
  expect(large).toBe(413)
  expect(graph.requests).toEqual([])
  expect(readdirSync(gateway.context.spoolDir)).toEqual([])
})

/** Sends a file of 101 MB and gives the status of the answer. */
async function oversized(base: string, key: string): Promise<number> {
  const { hostname, port } = new URL(base)
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      {
        hostname,
        port,
        method: 'POST',
        path: `/meta/whatsapp/v24.0/${NUMBER}/media`,
        headers: { 'x-api-key': key, 'content-type': 'multipart/form-data; boundary=x' },
      },
      (response) => {
        response.resume()
        resolve(response.statusCode ?? 0)
      },
    )
    request.on('error', reject)
    request.write('--x\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\n')
    const chunk = Buffer.alloc(1024 * 1024)
    let written = 0
    const go = () => {
      while (written < 101) {
        written += 1
        if (!request.write(chunk)) return request.once('drain', go)
      }
      return request.end('\r\n--x--\r\n')
    }
    go()
  })
}

test('the number’s token goes to no host but Meta’s', async () => {
  await using graph = await startCapturingGraph()
  await using elsewhere = await startCapturingGraph()
  await using gateway = await startGateway({ graphUrl: graph.url })
  for (const url of [
    `${elsewhere.url}/file`,
    'https://lookaside.fbsbx.com.evil.example/x',
    'http://lookaside.fbsbx.com/x',
    'file:///etc/passwd',
    'https://user:pw@lookaside.fbsbx.com/',
  ]) {
    graph.answers({ body: { id: '1037001122334455', url, mime_type: 'image/png', sha256: 'x', file_size: 1 } })
    const { json } = await gateway.call('GET', `${gateway.meta}/1037001122334455`)
    const answer = await fetch(String(json.download_url))
    expect([answer.status, await answer.json()], url).toEqual([502, { error: 'Media download failed' }])
  }
  expect(elsewhere.requests).toEqual([])
})
