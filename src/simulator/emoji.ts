const graphemes = new Intl.Segmenter()
const EMOJI = /\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3/u

export function hasEmoji(text: string): boolean {
  return EMOJI.test(text)
}

/** One emoji as people count them: with its skin tone, its flag or the family it joins. */
export function isOneEmoji(text: string): boolean {
  return hasEmoji(text) && [...graphemes.segment(text)].length === 1
}
