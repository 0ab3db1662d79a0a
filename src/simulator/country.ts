// Dialling codes of the countries whose rules differ somewhere in the simulator, and of Meta's larger markets.
const COUNTRIES: readonly (readonly [string, string])[] = [
  ['1', 'US'],
  ['7', 'RU'],
  ['20', 'EG'],
  ['27', 'ZA'],
  ['31', 'NL'],
  ['33', 'FR'],
  ['34', 'ES'],
  ['39', 'IT'],
  ['44', 'GB'],
  ['49', 'DE'],
  ['51', 'PE'],
  ['52', 'MX'],
  ['54', 'AR'],
  ['55', 'BR'],
  ['56', 'CL'],
  ['57', 'CO'],
  ['60', 'MY'],
  ['62', 'ID'],
  ['65', 'SG'],
  ['81', 'JP'],
  ['90', 'TR'],
  ['91', 'IN'],
  ['92', 'PK'],
  ['234', 'NG'],
  ['351', 'PT'],
  ['966', 'SA'],
  ['971', 'AE'],
  ['972', 'IL'],
]

const BY_LENGTH = [...COUNTRIES].sort(([a], [b]) => b.length - a.length)

/** The country of a number in international form, by its dialling code; ZZ for one that is not in the list. */
export function countryOf(digits: string): string {
  return BY_LENGTH.find(([code]) => digits.startsWith(code))?.[1] ?? 'ZZ'
}

/** The dialling code at the start of a number; its first digit when the country is not in the list. */
export function diallingCodeOf(digits: string): string {
  return BY_LENGTH.find(([code]) => digits.startsWith(code))?.[0] ?? digits.slice(0, 1)
}
