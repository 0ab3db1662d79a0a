import { badParam } from '../../graph-error.ts'
import type { Param } from '../../param.ts'
import type { PhoneNumber } from '../../state.ts'
import { frameOf, type GraphCall } from '../call.ts'
import { isRsaKey } from './encryption.ts'
import { REGIONS } from './registration.ts'

const SWITCHED = ['ENABLED', 'DISABLED'] as const
const STORAGE = [
  'IN_COUNTRY_STORAGE_ENABLED',
  'IN_COUNTRY_STORAGE_DISABLED',
  'NO_STORAGE_ENABLED',
  'NO_STORAGE_DISABLED',
] as const
/** Meta rule: 30 days. */
const LONGEST_RETENTION = 43_200

/** What each setting takes. */
const SETTINGS: Record<string, (setting: Param) => void> = {
  calling: checkCalling,
  user_identity_change(change) {
    change.object(['enable_identity_key_check'], 100)
    if (change.at('enable_identity_key_check').optionalBoolean() === undefined) {
      throw change.at('enable_identity_key_check').missing(100)
    }
  },
  payload_encryption(encryption) {
    encryption.object(['status', 'client_encryption_key'], 100)
    const status = required(encryption.at('status')).oneOf(SWITCHED)
    const key = encryption.at('client_encryption_key')
    if (status === 'ENABLED' && !isRsaKey(key.text({ missing: 100 }))) {
      throw badParam(`Param ${key.path} must be a 2048-bit RSA public key in PEM format.`)
    }
  },
  storage_configuration(storage) {
    storage.object(['status', 'data_localization_region', 'retention_minutes'], 100)
    const status = required(storage.at('status')).oneOf(STORAGE)
    const region = storage.at('data_localization_region')
    if (region.given || status === 'IN_COUNTRY_STORAGE_ENABLED') required(region).oneOf(REGIONS)
    const retention = storage.at('retention_minutes')
    if (retention.given) checkMinutes(retention)
  },
}

/** GET /{phone_number_id}/settings */
export function readSettings(_call: GraphCall, { number }: { number: PhoneNumber }): unknown {
  return { ...DEFAULTS, ...number.settings }
}

const DEFAULTS = { calling: { status: 'DISABLED' }, storage_configuration: { status: 'DEFAULT' } }

/** POST /{phone_number_id}/settings: one or more of the settings, each as a whole. */
export function updateSettings(call: GraphCall, { number }: { number: PhoneNumber }): unknown {
  const frame = frameOf(call)
  const given = Object.entries(SETTINGS).filter(([name]) => frame.at(name).given)
  if (given.length === 0) throw badParam(`One of the parameters ${Object.keys(SETTINGS).join(', ')} is required.`)
  for (const [name, check] of given) check(frame.at(name))
  for (const [name] of given) number.settings[name] = frame.at(name).value
  return { success: true }
}

function checkCalling(calling: Param): void {
  calling.object(
    [
      'status',
      'call_icon_visibility',
      'call_icons',
      'callback_permission_status',
      'call_hours',
      'sip',
      'video',
      'audio',
    ],
    100,
  )
  for (const name of ['status', 'callback_permission_status']) {
    if (calling.at(name).given) calling.at(name).oneOf(SWITCHED)
  }
  const icon = calling.at('call_icon_visibility')
  if (icon.given) icon.oneOf(['DEFAULT', 'DISABLE_ALL'])
  for (const name of ['call_icons', 'call_hours', 'sip']) if (calling.at(name).given) calling.at(name).anyObject(100)
}

function checkMinutes(minutes: Param): void {
  const number = Number(minutes.value)
  if (Number.isInteger(number) && number >= 0 && number <= LONGEST_RETENTION) return
  throw badParam(`Param ${minutes.path} must be an integer between 0 and ${LONGEST_RETENTION}.`)
}

function required(param: Param): Param {
  if (!param.given) throw param.missing(100)
  return param
}
