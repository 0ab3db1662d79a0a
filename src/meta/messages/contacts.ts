import { z } from 'zod'
import { defineMessage } from './define-message.ts'

const text = z.string().optional()
const several = (parts: z.ZodRawShape) => z.array(z.looseObject(parts)).optional()

export const contacts = defineMessage({
  kind: 'contacts',
  about: 'Cards of people, one to 257. A phone with a `wa_id` gets a button to write to it.',
  content: z.array(
    z.looseObject({
      name: z.looseObject({ formatted_name: z.string(), first_name: text, last_name: text }),
      phones: several({ phone: text, type: text, wa_id: text }),
      emails: several({ email: text, type: text }),
      addresses: several({ street: text, city: text, state: text, zip: text, country: text, country_code: text }),
      org: z.looseObject({ company: text, department: text, title: text }).optional(),
      urls: several({ url: text, type: text }),
      birthday: text,
    }),
  ),
  preview: (cards) => cards.map(({ name }) => name.formatted_name).join(', '),
  example: {
    type: 'contacts',
    contacts: [
      {
        name: { formatted_name: 'Ana Silva', first_name: 'Ana', last_name: 'Silva' },
        phones: [{ phone: '+1 202-555-0142', type: 'WORK', wa_id: '12025550142' }],
        emails: [{ email: 'ana@example.com', type: 'WORK' }],
        org: { company: 'Example Shop', title: 'Sales' },
      },
    ],
  },
})
