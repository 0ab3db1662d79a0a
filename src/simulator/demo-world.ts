import type { World } from './world.ts'

/** Whom a demonstration writes to. */
export const DEMO_CUSTOMER = { wa_id: '12025550142', name: 'Ana' }

type Names = {
  app: World['app']
  business_account_id: string
  phone_number_id: string
  access_token: string
  /** What the demo customer writes at every start; without it the window to her is closed. */
  says?: string
}

/** A shop with a number, a catalog, two approved templates and the demo customer. */
export function demoWorld({ app, business_account_id, phone_number_id, access_token, says }: Names): World {
  return {
    app,
    accounts: [
      {
        id: business_account_id,
        name: app.name ?? 'Demo Shop',
        access_token,
        phone_numbers: [
          { id: phone_number_id, display_phone_number: '+1 202-555-0100', verified_name: 'Fairlead Demo Shop' },
        ],
        templates: [
          {
            name: 'order_ready_named',
            language: 'en_US',
            category: 'UTILITY',
            parameter_format: 'NAMED',
            components: [
              {
                type: 'BODY',
                text: 'Your order {{order_id}} is ready for pickup.',
                example: { body_text_named_params: [{ param_name: 'order_id', example: 'ORDER-123' }] },
              },
            ],
          },
          {
            name: 'order_photo',
            language: 'en_US',
            category: 'UTILITY',
            parameter_format: 'POSITIONAL',
            components: [
              { type: 'HEADER', format: 'IMAGE', example: { header_handle: ['4::aW'] } },
              { type: 'BODY', text: 'Here is order {{1}} as it leaves us.', example: { body_text: [['ORDER-123']] } },
            ],
          },
        ],
        catalog: { id: '100000000000002', products: [{ retailer_id: 'SKU_THUMBNAIL', name: 'Demo product' }] },
      },
    ],
    customers: [says === undefined ? DEMO_CUSTOMER : { ...DEMO_CUSTOMER, says }],
  }
}
