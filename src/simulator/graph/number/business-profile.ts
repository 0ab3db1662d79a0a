import { badParam } from '../../graph-error.ts'
import { checkMessagingProduct } from '../../messages/check-message.ts'
import { isWebUrl } from '../../messages/media-object.ts'
import type { Param } from '../../param.ts'
import type { PhoneNumber } from '../../state.ts'
import { uploadWith } from '../app/uploads.ts'
import { frameOf, type GraphCall } from '../call.ts'
import { selectFields } from '../fields.ts'

const ABOUT_LIMIT = 139
const ADDRESS_LIMIT = 256
const EMAIL_LIMIT = 128
const MOST_WEBSITES = 2
const WEBSITE_LIMIT = 256

const VERTICALS = [
  'UNDEFINED',
  'OTHER',
  'AUTO',
  'BEAUTY',
  'APPAREL',
  'EDU',
  'ENTERTAIN',
  'EVENT_PLAN',
  'FINANCE',
  'GROCERY',
  'GOVT',
  'HOTEL',
  'HEALTH',
  'NONPROFIT',
  'PROF_SERVICES',
  'RETAIL',
  'TRAVEL',
  'RESTAURANT',
  'NOT_A_BIZ',
  'ALCOHOL',
  'ONLINE_GAMBLING',
  'PHYSICAL_GAMBLING',
  'OTC_DRUGS',
  'MATRIMONY_SERVICE',
] as const

const FIELDS = ['about', 'address', 'description', 'email', 'profile_picture_url', 'websites']

/** GET /{phone_number_id}/whatsapp_business_profile */
export function readProfile({ query }: GraphCall, { number }: { number: PhoneNumber }): unknown {
  const readers = FIELDS.map((field) => [field, () => number.profile[field]])
  const fields = {
    ...Object.fromEntries(readers),
    vertical: () => number.profile.vertical,
    messaging_product: () => 'whatsapp',
    // A profile has none, and every node is asked for one.
    id: () => undefined,
  }
  const node = { type: 'WhatsAppBusinessProfile', byDefault: [...FIELDS, 'vertical'], fields }
  const asked = query.get('fields')
  // Meta rule: the product comes with every profile, and so does the vertical.
  const always = { vertical: number.profile.vertical, messaging_product: 'whatsapp' }
  return { data: [{ ...selectFields(node, asked), ...always }] }
}

/** POST /{phone_number_id}/whatsapp_business_profile: what is given changes, the rest stays. */
export function updateProfile(call: GraphCall, { number }: { number: PhoneNumber }): unknown {
  const { simulation } = call
  const frame = frameOf(call)
  checkMessagingProduct(frame)
  const descriptionLimit = simulation.settings.switches.profile_description
  const vertical = frame.at('vertical')
  const handle = frame.at('profile_picture_handle')
  const about = frame.at('about')
  const changed = {
    // Meta rule: the about text can be changed and not emptied.
    about: about.given ? about.text({ max: ABOUT_LIMIT, missing: 100 }) : undefined,
    address: frame.at('address').optionalText({ max: ADDRESS_LIMIT }),
    description: frame.at('description').optionalText({ max: descriptionLimit }),
    email: emailOf(frame.at('email')),
    websites: websitesOf(frame.at('websites')),
    vertical: vertical.given && vertical.value !== '' ? vertical.oneOf(VERTICALS) : undefined,
    profile_picture_url: handle.given ? pictureOf(call, handle) : undefined,
  }
  for (const [key, value] of Object.entries(changed)) if (value !== undefined) number.profile[key] = value
  return { success: true }
}

function emailOf(email: Param): string | undefined {
  const text = email.optionalText({ max: EMAIL_LIMIT })
  if (text && !/^[^@\s]+@[^@\s]+$/.test(text)) throw badParam('Param email must be a valid email address.')
  return text
}

function websitesOf(websites: Param): string[] | undefined {
  if (!websites.given) return undefined
  const sites = websites.list(100)
  if (sites.length > MOST_WEBSITES) throw badParam(`Param websites must have at most ${MOST_WEBSITES} elements.`)
  return sites.map((site) => {
    const url = site.text({ max: WEBSITE_LIMIT, missing: 100 })
    if (!isWebUrl(url)) throw badParam(`Param ${site.path} is not a valid URI.`)
    return url
  })
}

function pictureOf({ simulation }: GraphCall, handle: Param): string {
  const upload = uploadWith(simulation.state, handle.text({ missing: 100 }))
  if (!upload?.file_type.startsWith('image/')) throw badParam('Param profile_picture_handle is not a valid handle.')
  return `https://pps.whatsapp.net/v/t61.24694-24/${simulation.ids.opaque(24)}.jpg`
}
