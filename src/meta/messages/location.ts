import { z } from 'zod'
import { defineMessage } from './define-message.ts'

const degrees = z.number().or(z.string())

export const location = defineMessage({
  kind: 'location',
  about: 'A place on the map. Degrees may be numbers or text.',
  content: z.looseObject({
    latitude: degrees,
    longitude: degrees,
    name: z.string().optional(),
    address: z.string().optional(),
  }),
  preview: ({ latitude, longitude, name, address }) => name ?? address ?? `${latitude}, ${longitude}`,
  example: {
    type: 'location',
    location: { latitude: -23.5614, longitude: -46.6559, name: 'Our shop', address: 'Av. Paulista 1578, São Paulo' },
  },
})
