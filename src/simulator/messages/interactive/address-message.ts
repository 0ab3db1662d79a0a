import { messagingError } from '../../graph-error.ts'
import type { Param } from '../../param.ts'
import { defineInteractive } from '../define.ts'
import { ANY_HEADER } from './header.ts'

const FIELDS = [
  'name',
  'phone_number',
  'in_pin_code',
  'house_number',
  'floor_number',
  'tower_number',
  'building_name',
  'address',
  'landmark_area',
  'city',
  'state',
]

export const addressMessage = defineInteractive({
  type: 'address_message',
  headers: ANY_HEADER,
  body: { max: 1024, required: true },
  footer: true,
  action(action) {
    action.object(['name', 'parameters'])
    action.at('name').oneOf(['address_message'], 131009)
    const parameters = action.at('parameters').object(['country', 'values', 'saved_addresses', 'validation_errors'])
    parameters.at('country').oneOf(['IN'], 131009)
    const values = parameters.at('values')
    const saved = parameters.at('saved_addresses')
    const errors = parameters.at('validation_errors')
    if (values.given) checkAddress(values)
    if (saved.given) for (const address of saved.list()) checkSavedAddress(address)
    if (!errors.given) return
    errors.object(FIELDS)
    for (const field of FIELDS) errors.at(field).optionalText()
  },
})

function checkSavedAddress(address: Param): void {
  address.object(['id', 'value'])
  address.at('id').text()
  checkAddress(address.at('value'))
}

function checkAddress(address: Param): void {
  address.object(FIELDS)
  for (const field of FIELDS) address.at(field).optionalText()
  const pin = address.at('in_pin_code')
  if (!pin.given || pin.value === '' || /^\d{6}$/.test(String(pin.value))) return
  throw messagingError(131009, `Param ${pin.path} must be 6 digits.`)
}
