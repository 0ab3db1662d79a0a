import type { TemplateSeed, World } from '../world.ts'

export const ACCOUNT = '102290129340398'
export const NUMBER = '106540352242922'
export const OTHER_NUMBER = '106540352242923'
export const FOREIGN_NUMBER = '106540352242999'
export const CATALOG = '194836987003835'
export const CUSTOMER = '16505551234'
export const TOKEN = 'token-of-the-account'
export const KEY = 'control-key'
export const SECRET = 'app-secret'
/** When the test simulator's clock stands. Microseconds. */
export const START = 1_790_000_000_000_000

/** Two accounts, one with a catalog and flows, and a customer. */
export function testWorld(templates: TemplateSeed[] = []): World {
  return {
    app: { id: '2000000000000001', secret: SECRET },
    accounts: [
      {
        id: ACCOUNT,
        name: 'Lucky Shrub',
        access_token: TOKEN,
        phone_numbers: [
          { id: NUMBER, display_phone_number: '+1 555-078-3881', verified_name: 'Lucky Shrub' },
          { id: OTHER_NUMBER, display_phone_number: '+1 555-078-3882', verified_name: 'Lucky Shrub Care' },
        ],
        templates,
        flows: [
          { id: '1234', name: 'booking' },
          { id: '1235', name: 'booking-draft', status: 'DRAFT' },
        ],
        catalog: { id: CATALOG, products: [{ retailer_id: 'SKU_1', name: 'Succulent' }] },
      },
      {
        id: '102290129340399',
        name: 'Somebody else',
        access_token: 'token-of-another',
        phone_numbers: [{ id: FOREIGN_NUMBER, display_phone_number: '+1 555-078-9999', verified_name: 'Else' }],
      },
    ],
    customers: [{ wa_id: CUSTOMER, name: 'Sheena Nelson' }],
  }
}
