// A receiver of webhooks, as small as one can be: checks the signature, prints one line, answers 200.
import { createHmac, timingSafeEqual } from 'node:crypto'
import { createServer } from 'node:http'

const { PORT = '3000', WEBHOOK_SECRET = '' } = process.env

/**
 * @param {Buffer} body
 * @param {string} given
 */
function isSigned(body, given) {
  const expected = createHmac('sha256', WEBHOOK_SECRET).update(body).digest('hex')
  const signature = given.replace(/^sha256=/, '')
  return signature.length === expected.length && timingSafeEqual(Buffer.from(signature), Buffer.from(expected))
}

const server = createServer(async (request, response) => {
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  const body = Buffer.concat(chunks)
  const header = (/** @type {string} */ name) => String(request.headers[name] ?? '')
  if (WEBHOOK_SECRET !== '' && !isSigned(body, header('x-webhook-signature'))) {
    console.log('refused: the signature does not match')
    response.writeHead(401).end()
    return
  }
  console.log(header('x-webhook-event') || request.method, header('x-idempotency-key'), `${body.length} bytes`)
  response.writeHead(200).end()
})
server.listen(Number(PORT), () => {
  const address = server.address()
  console.log(`listening on port ${typeof address === 'object' && address ? address.port : PORT}`)
})
