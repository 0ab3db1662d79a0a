import type { Seeded } from '../support/seeded.ts'
import type { OddBody } from './malformed-bodies.ts'

/** A method and a path of the gateway's, with its parameters in braces. */
export type Route = { method: string; path: string }

/** What a request is written from. */
export type Parts = { method: string; target: string; headers: Array<[string, string]>; body: OddBody | null }

/** One thing wrong in a request. `refused`: whether it must be, so that Meta never hears of it. */
export type Oddity = {
  what: string
  change: Partial<Parts>
  refused: boolean
  /** Writes the request otherwise than as HTTP has it. */
  write?: (parts: Parts) => Buffer
}

export const isProxy = ({ path }: Route) => /^\/(meta\/whatsapp|api\/meta)\//.test(path)

const ODD_SEGMENTS = [
  ...['..', '.', '%2e%2e', '..%2fme', '%5c..%5cme', '\\..\\me', '%', '%zz', '%E0%A4%A', '%00', '%0d%0aHost:%20x', ';a=b', '%3Faccess_token=x'],
  ...['%252f', '١٢٣', 'é', '💬', '*', '{id}', ':id', "'; --", '<x>', '|', '^', '`', '1'.repeat(600), 'x'.repeat(10_000), '-1', '1e9', '0x10', '__proto__'],
] // biome-ignore format: a list to read across

export function oddPath(random: Seeded, { target }: Parts): Oddity {
  const segments = target.split('/')
  const at = 1 + random.below(segments.length - 1)
  const odd = random.pick(ODD_SEGMENTS)
  const cases: Array<() => Oddity> = [
    () => ({
      what: `the path segment ${odd.slice(0, 20)}`,
      change: { target: segments.with(at, odd).join('/') },
      refused: odd !== '__proto__',
    }),
    () => ({
      what: `${odd.slice(0, 20)} behind the path`,
      change: { target: `${target}/${odd}` },
      refused: !/^[\w]+$/.test(odd),
    }),
    () => ({ what: 'a doubled slash', change: { target: segments.toSpliced(at, 0, '').join('/') }, refused: true }),
    () => ({
      what: 'capitals in its path',
      change: { target: target.toUpperCase() },
      refused: target !== target.toUpperCase(),
    }),
    () => ({ what: 'a fragment', change: { target: `${target}#x` }, refused: false }),
    () => ({ what: 'slashes at its end', change: { target: `${target}//` }, refused: false }),
  ]
  return random.pick(cases)()
}

export function oddQuery(random: Seeded, route: Route, { target }: Parts): Oddity {
  const name = random.pick(['limit', 'page', 'per_page', 'fields', 'hsm_id', 'hsm_ids', 'name', 'phone_number_id', 'business_account_id', 'created_after', 'created_before', 'name_contains', 'messaging_enabled', 'token', 'hub.mode', 'hub.verify_token']) // biome-ignore format: a list to read across
  const value = random.pick(['', '0', '-1', '1e400', '99999999999999999999', '9007199254740991', 'NaN', 'true', 'null', '%00', '%ff', '%', '%zz', '%25', '%F0%9F', '\\', "'", '%22', '[]', '{}', '..%2f', '9999-12-31', '0000-01-01', '9999-12-31T23:59:59Z', '-271821-04-20T00:00:00Z', 'kapso(default)', 'a,b(c,d', `x.${'y'.repeat(43)}`, 'x'.repeat(4000)]) // biome-ignore format: a list to read across
  const token = random.pick(['access_token', 'appsecret_proof', 'method', '__proto__', 'constructor', 'hasOwnProperty'])
  const proxied = isProxy(route) && !route.path.endsWith('/media_download')
  const many = Array.from({ length: 1_500 }, (_, at) => `a${at}=${at}`).join('&')
  const cases: Array<() => [what: string, query: string, refused: boolean]> = [
    () => [`${name}=${value.slice(0, 30)}`, `${name}=${value}`, false],
    () => [`${name}=${value.slice(0, 30)}`, `${name}=${value}`, false],
    () => [`${name}=${value.slice(0, 30)}`, `${name}=${value}`, false],
    () => [`${name} twice`, `${name}=1&${name}=2`, proxied && name !== 'token' && !name.endsWith('_token')],
    () => ['an array', 'a[]=1&a[]=2&b[c]=d', proxied],
    () => [token, `${token}=x&${token}=y`, false],
    () => ['as many parameters as fit', many, false],
    () => ['10,000 parameters', Array.from({ length: 10_000 }, (_, at) => `a${at}=${at}`).join('&'), true],
    () => [
      'an odd query',
      random.pick(['', '?', '&&&&', '=', '=&=', 'a', '%=%', '\\u0000', 'a=b=c', 'a;b', '#']),
      false,
    ],
  ]
  const [what, query, refused] = random.pick(cases)()
  return { what: `the query ${what}`, change: { target: `${target}?${query}` }, refused }
}

export function oddHeader(random: Seeded, { headers, body }: Parts): Oddity {
  const more = (what: string, added: Array<[string, string]>, refused = false): Oddity => ({
    what,
    change: { headers: [...headers, ...added] },
    refused,
  })
  const without = (name: string) => headers.filter(([given]) => given !== name)
  const key = random.pick(['', ' ', 'x', 'fl_test_', 'x'.repeat(5000), 'ключ', '\u0000'.repeat(0), 'null', '__proto__'])
  const type = random.pick(['text/html', 'application/x-www-form-urlencoded', 'application/json; charset=utf-16', '/', 'a', 'application/json, text/plain', 'multipart/form-data', 'multipart/mixed; boundary=x', 'x'.repeat(3000), 'é']) // biome-ignore format: a list to read across
  const idempotency = random.pick(['', ' ', 'x'.repeat(256), 'ключ', 'x'.repeat(8000), 'a,b', '"'])
  const cases: Array<() => Oddity> = [
    () => more('a header of 17 kB', [['x-long', 'x'.repeat(17 * 1024)]], true),
    () =>
      more(
        '300 headers',
        Array.from({ length: 300 }, (_, at) => [`x-${at}`, 'y'] as [string, string]),
      ),
    () => ({ what: 'an odd key', change: { headers: [...without('x-api-key'), ['x-api-key', key]] }, refused: true }),
    () => ({ what: 'no key', change: { headers: without('x-api-key') }, refused: true }),
    () => more('two keys', [['x-api-key', 'another']], true),
    () => more('an odd Authorization', [['authorization', random.pick(['Basic x', 'Bearer', 'Bearer é', 'x'])]]),
    () => more('Content-Encoding', [['content-encoding', random.pick(['gzip', 'br', 'identity', 'x'])]]),
    () => more('an unknown Expect', [['expect', 'something']], true),
    () => more('Expect: 100-continue', [['expect', '100-continue']]),
    () => more('an odd Idempotency-Key', [['idempotency-key', idempotency]]),
    () =>
      more('two Idempotency-Keys', [
        ['idempotency-key', 'a'],
        ['idempotency-key', 'b'],
      ]),
    () =>
      more('headers that overrule', [
        ['x-http-method-override', 'DELETE'],
        ['x-forwarded-host', 'evil'],
        ['x-original-url', '/x'],
      ]),
    () =>
      more('an odd Range and Accept', [
        ['range', 'bytes=9-1,-'],
        ['accept', 'text/html'],
        ['accept-encoding', '*;q=0'],
      ]),
    () =>
      more('an upgrade', [
        ['upgrade', random.pick(['websocket', 'h2c'])],
        ['http2-settings', 'x'],
      ]),
    () =>
      more('a wrong signature', [
        ['x-hub-signature-256', random.pick(['sha256=', 'sha1=00', `sha256=${'0'.repeat(64)}`, 'é'])],
      ]),
    () => ({ what: 'no Host', change: { headers: without('host') }, refused: true }),
    () => ({
      what: 'a strange Host',
      change: { headers: [['host', random.pick(['evil.example', '', '[::', 'a b', 'é'])], ...without('host')] },
      refused: false,
    }),
  ]
  if (body)
    cases.push(() => ({
      what: `the type ${type.slice(0, 40)}`,
      change: { body: { ...body, contentType: type } },
      refused: false,
    }))
  return random.pick(cases)()
}

export function oddMethod(random: Seeded, { path }: Route, routes: Route[], good: Parts): Oddity {
  const method = random.pick([
    'TRACE',
    'CONNECT',
    'PROPFIND',
    'PUT',
    'PATCH',
    'OPTIONS',
    'HEAD',
    'DELETE',
    'GET',
    'POST',
    'QUERY',
    'LOCK',
  ])
  const taken = routes.some((route) => route.method === method && samePath(route.path, path))
  // Not the number that all others go through.
  if (taken && method === 'DELETE') return oddPath(random, good)
  return {
    what: `the method ${method}`,
    change: { method },
    refused: !taken && !routes.some((route) => route.method === method && isProxy(route)),
  }
}

const samePath = (one: string, other: string) => one.replace(/\{\w+\}/g, '') === other.replace(/\{\w+\}/g, '')

/** What breaks HTTP itself. */
export function oddFraming(random: Seeded, good: Parts): Oddity {
  const body = good.body?.bytes ?? Buffer.from('{}')
  const head = (parts: Parts, more: string, version = 'HTTP/1.1') =>
    Buffer.from(
      `${headOf({ ...parts, body: null }, version)}${parts.body ? `content-type: ${parts.body.contentType}\r\n` : ''}${more}\r\n`,
    )
  const cases: Array<[what: string, write: (parts: Parts) => Buffer]> = [
    [
      'a length that is too long',
      (parts) => Buffer.concat([head(parts, `content-length: ${body.length + 10}\r\n`), body]),
    ],
    ['a negative length', (parts) => Buffer.concat([head(parts, 'content-length: -1\r\n'), body])],
    ['a length of 2^64', (parts) => Buffer.concat([head(parts, 'content-length: 18446744073709551616\r\n'), body])],
    [
      'two lengths',
      (parts) => Buffer.concat([head(parts, `content-length: ${body.length}\r\ncontent-length: 1\r\n`), body]),
    ],
    [
      'a length beside chunks',
      (parts) =>
        Buffer.concat([
          head(parts, `content-length: ${body.length}\r\ntransfer-encoding: chunked\r\n`),
          Buffer.from('0\r\n\r\n'),
        ]),
    ],
    [
      'a chunk size that is no number',
      (parts) => Buffer.concat([head(parts, 'transfer-encoding: chunked\r\n'), Buffer.from('zz\r\n'), body]),
    ],
    [
      'a chunk that is longer than it says',
      (parts) =>
        Buffer.concat([
          head(parts, 'transfer-encoding: chunked\r\n'),
          Buffer.from('1\r\n'),
          body,
          Buffer.from('\r\n0\r\n\r\n'),
        ]),
    ],
    [
      'no last chunk',
      (parts) =>
        Buffer.concat([
          head(parts, 'transfer-encoding: chunked\r\n'),
          Buffer.from(`${body.length.toString(16)}\r\n`),
          body,
          Buffer.from('\r\n'),
        ]),
    ],
    ['an unknown transfer encoding', (parts) => Buffer.concat([head(parts, 'transfer-encoding: gzip\r\n'), body])],
    ['a header without a colon', (parts) => head(parts, 'nonsense\r\n')],
    ['a NUL in a header', (parts) => head(parts, 'x-a: b\u0000c\r\n')],
    ['a space in its path', (parts) => head({ ...parts, target: `${parts.target} x` }, '')],
    ['control characters in its path', (parts) => head({ ...parts, target: `${parts.target}\u0001\u007f` }, '')],
    ['an unknown version', (parts) => head(parts, '', 'HTTP/9.9')],
    ['an end in its headers', (parts) => head(parts, '').subarray(0, 20 + random.below(30))],
    ['noise for a request', () => Buffer.from(Array.from({ length: 200 }, () => random.below(256)))],
  ]
  // Of a read the body is no part: its headers are all there is to it.
  const isRead = good.method === 'GET'
  const [what, write] = random.pick(cases.filter(([what]) => !isRead || !/length|chunk|encoding/.test(what)))
  return { what, change: {}, refused: true, write }
}

const headOf = ({ method, target, headers, body }: Parts, version = 'HTTP/1.1') =>
  [
    `${method} ${target} ${version}`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
    ...(body ? [`content-type: ${body.contentType}`, `content-length: ${body.bytes.length}`] : []),
    '',
  ].join('\r\n')

export const writeRequest = (parts: Parts) =>
  Buffer.concat([Buffer.from(`${headOf(parts)}\r\n`), ...(parts.body ? [parts.body.bytes] : [])])
