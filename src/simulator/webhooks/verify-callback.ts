import { request } from 'undici'
import type { Simulation } from '../simulation.ts'

// Meta rule, as observed: it waits about this long for the handshake.
const HANDSHAKE_TIMEOUT_MS = 6000
const LONGEST_ANSWER = 1024

/** Meta's handshake with a callback. Null when it is verified, else the sentence Meta refuses with. */
export async function verifyCallback(simulation: Simulation, callback: string, token: string): Promise<string | null> {
  const challenge = String(simulation.random('challenges')(6).readUIntBE(0, 6) + 1_000_000_000)
  const url = new URL(callback)
  url.searchParams.set('hub.mode', 'subscribe')
  url.searchParams.set('hub.challenge', challenge)
  url.searchParams.set('hub.verify_token', token)
  try {
    const answer = await request(url, {
      dispatcher: simulation.http,
      headers: { 'user-agent': 'facebookplatform/1.0 (+http://developers.facebook.com)' },
      headersTimeout: HANDSHAKE_TIMEOUT_MS,
      bodyTimeout: HANDSHAKE_TIMEOUT_MS,
    })
    if (answer.statusCode !== 200) {
      await answer.body.dump()
      return failed(`HTTP Status Code = ${answer.statusCode}; HTTP Message = ${answer.statusText}`)
    }
    return (await readShort(answer.body)) === challenge ? null : failed('The challenge was not returned.')
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const timedOut = /timeout/i.test(reason)
    return failed(
      timedOut ? 'curl_errno = 28; curl_error = Operation timed out' : `curl_errno = 7; curl_error = ${reason}`,
    )
  }
}

function failed(why: string): string {
  return `(#2200) Callback verification failed with the following errors: ${why}`
}

async function readShort(body: AsyncIterable<Buffer>): Promise<string> {
  let text = ''
  for await (const chunk of body) {
    text += chunk.toString('utf8')
    if (text.length > LONGEST_ANSWER) break
  }
  return text
}
