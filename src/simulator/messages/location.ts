import type { Param } from '../param.ts'
import { defineMessage } from './define.ts'

export const location = defineMessage({ type: 'location', check: checkLocation })

/** A place, also as the header of a template. */
export function checkLocation(place: Param): void {
  place.object(['latitude', 'longitude', 'name', 'address'])
  place.at('latitude').numberBetween(-90, 90)
  place.at('longitude').numberBetween(-180, 180)
  place.at('name').optionalText()
  place.at('address').optionalText()
}
