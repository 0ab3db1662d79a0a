/** A time as Graph writes it: `2023-05-21T11:18:09+0000`. */
export function graphTime(micros: number): string {
  return new Date(micros / 1000).toISOString().replace(/\.\d+Z$/, '+0000')
}
