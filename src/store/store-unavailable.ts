/** The database cannot be reached, or went away in the middle. What was asked for may work again in a moment. */
export class StoreUnavailable extends Error {
  override name = 'StoreUnavailable'
}
