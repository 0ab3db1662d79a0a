import { messagingError } from '../graph-error.ts'
import type { Param } from '../param.ts'
import { defineMessage } from './define.ts'
import { checkCount } from './interactive/shared-rules.ts'

const NAME_PARTS = ['first_name', 'last_name', 'middle_name', 'suffix', 'prefix']
const ORG_PARTS = ['company', 'department', 'title']
/** What a contact may have several of, and the parts of each. */
const LISTS = {
  addresses: ['street', 'city', 'state', 'zip', 'country', 'country_code', 'type'],
  emails: ['email', 'type'],
  phones: ['phone', 'type', 'wa_id'],
  urls: ['url', 'type'],
}

export const contacts = defineMessage({
  type: 'contacts',
  check(payload) {
    const list = payload.list(100)
    checkCount('contacts', list.length, 1, payload.switches.contacts)
    for (const contact of list) checkContact(contact)
  },
})

function checkContact(contact: Param): void {
  contact.object(['name', 'birthday', 'org', ...Object.keys(LISTS)])
  const name = contact.at('name').object(['formatted_name', ...NAME_PARTS])
  name.at('formatted_name').text()
  checkTexts(name, NAME_PARTS)
  checkBirthday(contact.at('birthday'))
  if (contact.at('org').given) checkTexts(contact.at('org').object(ORG_PARTS), ORG_PARTS)
  for (const [key, parts] of Object.entries(LISTS)) {
    if (!contact.at(key).given) continue
    for (const entry of contact.at(key).list()) checkTexts(entry.object(parts), parts)
  }
}

function checkTexts(object: Param, keys: string[]): void {
  for (const key of keys) object.at(key).optionalText()
}

function checkBirthday(birthday: Param): void {
  const text = birthday.optionalText()
  if (!text || (/^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)))) return
  throw messagingError(131009, `Param ${birthday.path} must be a date written YYYY-MM-DD.`)
}
