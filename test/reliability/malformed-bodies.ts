import type { Seeded } from '../support/seeded.ts'

/** A body and what is wrong with it. `refused`: whether whoever reads it as JSON, or as a form, must refuse it. */
export type OddBody = { what: string; bytes: Buffer; contentType: string; refused: boolean }

type Json = Record<string, unknown>

/** Stand for what JSON.stringify would not write; replaced in the text. */
const RAW: ReadonlyArray<[stand: string, text: string]> = [
  ['@@1e400', '1e400'],
  ['@@2^64', '18446744073709551616'],
  ['@@-0', '-0'],
  ['@@tiny', '5e-324'],
  ['@@long number', `1${'0'.repeat(4000)}`],
]

const deep = (depth: number, inside = '1') => `${'['.repeat(depth)}${inside}${']'.repeat(depth)}`

const WRONG: readonly unknown[] = [
  ...[null, true, false, 0, 7, -1, 0.5, 2 ** 53, '', ' ', [], {}, [[]], [null], [1, 'a', {}], { id: {} }],
  ...['\u0000', 'a\u0000b', '\ud800', '\udfff\ud800', '\u202e\ufeff', '\u0085\u2028', "'; --", '%00%s%n', '{{1}}'],
  ...['x'.repeat(70_000), 'é'.repeat(512), '💬'.repeat(513), '1'.repeat(300), 'true', 'null', '__proto__'],
  ...['9999-12-31T23:59:59Z', '0000-01-01T00:00:00Z', '253402300799', '9007199254740991', '99999999999999999999'],
  ...RAW.map(([stand]) => stand),
]

/** Puts something wrong in place of one member, at any depth. Gives which. */
function spoilMember(random: Seeded, object: Json): string {
  const places: Array<[holder: Json, key: string]> = []
  const collect = (holder: Json) => {
    for (const [key, value] of Object.entries(holder)) {
      places.push([holder, key])
      if (typeof value === 'object' && value !== null) collect(value as Json)
    }
  }
  collect(object)
  if (places.length === 0) return 'nothing'
  const [holder, key] = random.pick(places)
  holder[key] = random.pick(WRONG)
  return key
}

const asText = (object: Json) =>
  RAW.reduce((text, [stand, raw]) => text.replace(`"${stand}"`, raw), JSON.stringify(object))

const insert = (text: string, at: number, bytes: Buffer) =>
  Buffer.concat([Buffer.from(text.slice(0, at)), bytes, Buffer.from(text.slice(at))])

/** A body made out of a good one that is no JSON object any more, or an odd one. */
export function oddJson(random: Seeded, good: Json): OddBody {
  const text = JSON.stringify(good)
  const odd = (what: string, bytes: Buffer | string, refused: boolean): OddBody => ({
    what,
    bytes: Buffer.from(bytes),
    contentType: 'application/json',
    refused,
  })
  const inText = text.indexOf(':"') + 2
  const key = random.pick(Object.keys(good).length > 0 ? Object.keys(good) : ['a'])
  const cases: Array<() => OddBody> = [
    () => odd('cut short', text.slice(0, 1 + random.below(text.length - 1)), true),
    () => odd('something behind the end', `${text}${random.pick([',', '}', '{}', 'x', '\u0000'])}`, true),
    () =>
      odd(
        'bytes that are no text',
        Buffer.from([0xff, 0xfe, ...Array.from({ length: 40 }, () => random.below(256))]),
        true,
      ),
    () => odd('no object', random.pick(['[]', `[${text}]`, '"x"', 'null', '7', 'true', '1e400', '-0']), true),
    () => odd('nothing', random.pick(['', ' ', '\r\n\t']), false),
    () => odd('a byte order mark', `\ufeff${text}`, true),
    () => odd('single quotes', text.replaceAll('"', "'"), true),
    () => odd('NaN', text.replace(/:/, ':NaN,"b":'), true),
    () => odd('nested 20,000 deep and not closed', '['.repeat(20_000), true),
    () => odd('nested 20,000 deep', `{"deep":${deep(20_000)},${text.slice(1)}`, false),
    () => odd('a member nested 20,000 deep', `{${JSON.stringify(key)}:${deep(20_000)}}`, false),
    () => odd('objects nested 20,000 deep', `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`, false),
    () =>
      odd('a key given twice', `{${JSON.stringify(key)}:${random.pick(['1', '"x"', 'null'])},${text.slice(1)}`, false),
    () => odd('a raw NUL', insert(text, Math.max(inText, 2), Buffer.from([0])), true),
    () =>
      odd(
        'bad UTF-8',
        insert(
          text,
          Math.max(inText, 2),
          random.pick([Buffer.from([0xc3, 0x28]), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from([0xf8, 0x88])]),
        ),
        !text.includes(':"'),
      ),
    () =>
      odd(
        'odd keys',
        `{"":1,"__proto__":{"to":"1"},"constructor":{"prototype":1},"toString":7,${text.slice(1)}`,
        false,
      ),
    () => odd('ten thousand keys', `{${Array.from({ length: 10_000 }, (_, at) => `"k${at}":${at}`).join()}}`, false),
    () => odd('3 MB and one byte', `{"pad":"${'x'.repeat(3 * 1024 * 1024 + 1)}",${text.slice(1)}`, false),
    () =>
      odd(
        'orders to Graph',
        `{"${random.pick(['access_token', 'method', 'batch', '\\u006dethod'])}":"x",${text.slice(1)}`,
        false,
      ),
  ]
  // Half of the cases are one wrong member, because there are so many of those.
  if (random.below(2) === 0) return random.pick(cases)()
  const spoilt = structuredClone(good)
  const spoiltKey = spoilMember(random, spoilt)
  return odd(`a wrong ${spoiltKey}`, asText(spoilt), false)
}

const part = (name: string, value: string | Buffer, more = '') =>
  Buffer.concat([
    Buffer.from(`content-disposition: form-data; name="${name}"${more}\r\n\r\n`, 'latin1'),
    Buffer.from(value),
  ])

const form = (parts: Buffer[], boundary: string) =>
  Buffer.concat([
    ...parts.flatMap((bytes) => [Buffer.from(`--${boundary}\r\n`), bytes, Buffer.from('\r\n')]),
    Buffer.from(`--${boundary}--\r\n`),
  ])

const file = (name = 'a.png') =>
  part('file', Buffer.alloc(400, 0x89), `; filename="${name}"\r\ncontent-type: image/png`)

/** A multipart form that is broken, or hostile. */
export function oddForm(random: Seeded): OddBody {
  const boundary = `b${random.digits(12)}`
  const product = part('messaging_product', 'whatsapp')
  const good = form([product, file()], boundary)
  const odd = (what: string, bytes: Buffer, refused: boolean, type = boundary): OddBody => ({
    what: `a form with ${what}`,
    bytes,
    contentType: `multipart/form-data; boundary=${type}`,
    refused,
  })
  const hostile = random.pick(['.*+?^$()|[\\]', "'()+_,-./:=?", '-', '--', 'a'.repeat(70), 'a'.repeat(199)])
  const cases: Array<() => OddBody> = [
    // The last bytes are the line end behind the closing boundary, without which a form is whole.
    () => odd('its end cut off', good.subarray(0, random.below(good.length - 4)), true),
    () => odd('another boundary', good, true, 'another'),
    () => ({
      ...odd('no boundary', good, true),
      contentType: random.pick([
        'multipart/form-data',
        'multipart/form-data; boundary=',
        'multipart/form-data; boundary=""',
      ]),
    }),
    () => odd('a hostile boundary', form([product, file()], hostile), false, `"${hostile}"`),
    () => odd('a boundary of 5,000', form([file()], 'a'.repeat(5000)), true, 'a'.repeat(5000)),
    () =>
      odd(
        'a thousand parts',
        form([file(), ...Array.from({ length: 999 }, (_, at) => part(`p${at}`, 'x'))], boundary),
        true,
      ),
    () =>
      odd(
        'a thousand headers',
        form([Buffer.concat([Buffer.from('x-a: b\r\n'.repeat(1000)), file()])], boundary),
        false,
      ),
    () =>
      odd(
        'a header of 200 kB',
        form([Buffer.concat([Buffer.from(`x-a: ${'b'.repeat(200_000)}\r\n`), file()])], boundary),
        false,
      ),
    () => odd('a field of 100 kB', form([file(), part('type', 'x'.repeat(100_000))], boundary), true),
    () => odd('a part without a name', form([Buffer.from('content-type: text/plain\r\n\r\nx')], boundary), true),
    () => odd('a part without headers', form([Buffer.from('\r\nx'), file()], boundary), true),
    () =>
      odd(
        'a part without an end of headers',
        form([Buffer.from('content-disposition: form-data; name="a"')], boundary),
        true,
      ),
    () => odd('no parts', Buffer.from(`--${boundary}--\r\n`), true),
    () => odd('a token', form([part('access_token', 'x'), file()], boundary), true),
    () =>
      odd(
        'a hostile filename',
        form(
          [
            product,
            file(random.pick(['../../../etc/passwd', 'a\u0000b', '\\"', 'é💬', 'x'.repeat(5000), 'a\tb', '%0d%0a'])),
          ],
          boundary,
        ),
        false,
      ),
    () =>
      odd(
        'a bare line feed in a header',
        form([Buffer.from('content-disposition: form-data; name="a"\nx: y\r\n\r\nz'), file()], boundary),
        false,
      ),
    () => odd('noise', Buffer.from(Array.from({ length: 3000 }, () => random.below(256))), true),
    () =>
      odd('something before and behind', Buffer.concat([Buffer.from('hello\r\n'), good, Buffer.from('world')]), false),
  ]
  return random.pick(cases)()
}

/** A form as it should be. */
export const goodForm = (): OddBody => ({
  what: 'a form',
  bytes: form([part('messaging_product', 'whatsapp'), part('type', 'image/png'), file()], 'good'),
  contentType: 'multipart/form-data; boundary=good',
  refused: false,
})
