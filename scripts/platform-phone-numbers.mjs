import { call } from './connection.mjs'

/**
 * Every number of the key's project, over all pages.
 * @param {import('./connection.mjs').Connection} connection
 * @returns {Promise<Array<Record<string, any>>>}
 */
export async function platformPhoneNumbers({ origin, apiKey }) {
  const numbers = []
  for (let page = 1; ; page += 1) {
    const { data, meta } = await call(`${origin}/platform/v1/whatsapp/phone_numbers?page=${page}&per_page=100`, {
      apiKey,
    })
    numbers.push(...data)
    if (page >= (meta?.total_pages ?? 1)) return numbers
  }
}

/**
 * A number in lines for people.
 * @param {Record<string, any>} number
 */
export function describePhoneNumber(number) {
  return `${number.name} (${number.display_phone_number ?? 'number unknown'})
  phone_number_id      ${number.phone_number_id ?? number.id}
  business_account_id  ${number.business_account_id}
`
}
