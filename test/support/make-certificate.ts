import { generateKeyPairSync, sign } from 'node:crypto'

const DAY = 86_400_000

/** A key and a certificate for `host` that it has signed itself, as PEM. `expired`: since yesterday. */
export function makeCertificate(host: string, { expired = false } = {}): { key: string; cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  const ecdsaWithSha256 = tlv(0x30, oid('2a8648ce3d040302'))
  const name = tlv(0x30, tlv(0x31, tlv(0x30, oid('550403'), tlv(0x0c, Buffer.from(host)))))
  const now = Date.now()
  const validity = tlv(0x30, time(now - 2 * DAY), time(expired ? now - DAY : now + DAY))
  const altNames = tlv(0x30, oid('551d11'), tlv(0x04, tlv(0x30, tlv(0x82, Buffer.from(host)))))
  const authority = tlv(0x30, oid('551d13'), tlv(0x04, tlv(0x30, tlv(0x01, Buffer.from([0xff])))))
  const body = tlv(
    0x30,
    tlv(0xa0, tlv(0x02, Buffer.from([2]))),
    tlv(0x02, Buffer.from([1])),
    ecdsaWithSha256,
    name,
    validity,
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    tlv(0xa3, tlv(0x30, altNames, authority)),
  )
  const signature = tlv(0x03, Buffer.from([0]), sign('sha256', body, privateKey))
  const der = tlv(0x30, body, ecdsaWithSha256, signature)
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${der.toString('base64')}\n-----END CERTIFICATE-----\n`,
  }
}

/** Tag, length, value: what certificates are made of (DER). */
function tlv(tag: number, ...parts: Buffer[]): Buffer {
  const value = Buffer.concat(parts)
  const length =
    value.length < 0x80
      ? [value.length]
      : value.length < 0x100
        ? [0x81, value.length]
        : [0x82, value.length >> 8, value.length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...length]), value])
}

const oid = (hex: string) => tlv(0x06, Buffer.from(hex, 'hex'))

const time = (ms: number) => tlv(0x18, Buffer.from(`${new Date(ms).toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`))
