import { badParam, messagingError } from './graph-error.ts'
import { DEFAULT_SWITCHES, type Switches } from './switches.ts'
import { isTooDeep } from './too-deep.ts'

type MissingCode = 100 | 131008
type TextRule = {
  /** Unicode code points. */
  max?: number
  /** What a value that is too long or empty is called; without it Meta's plain sentence with code 100. */
  invalid?: string
  /** What a missing value is called. Default 131008. */
  missing?: MissingCode
}

/** One value of a request together with its place as Meta writes it: `text['body']`. Each reader refuses what does not fit. */
export class Param {
  value: unknown
  readonly path: string
  /** What sources disagree in, decided. */
  readonly switches: Switches

  constructor(value: unknown, path: string, switches: Switches = DEFAULT_SWITCHES) {
    this.value = value
    this.path = path
    this.switches = switches
  }

  get given(): boolean {
    return this.value !== undefined && this.value !== null
  }

  /** The member called `key`; the value must be known to be an object. */
  at(key: string): Param {
    const value = isRecord(this.value) && Object.hasOwn(this.value, key) ? this.value[key] : undefined
    return new Param(value, this.path ? `${this.path}['${key}']` : key, this.switches)
  }

  /** Meta rule: the payload objects take their own keys and no others. */
  object(keys: readonly string[], missing: MissingCode = 131008): Param {
    if (!this.given) throw this.missing(missing)
    this.decode()
    if (!isRecord(this.value)) throw badParam(`Param ${this.path} must be a JSON object.`)
    if (this.switches.unknown_keys === 'ignored') return this
    for (const key of Object.keys(this.value)) {
      if (!keys.includes(key)) throw messagingError(100, `Unexpected key "${key}" on param "${this.path}".`)
    }
    return this
  }

  /** An object whose keys are not ours to know. */
  anyObject(missing: MissingCode = 131008): Record<string, unknown> {
    if (!this.given) throw this.missing(missing)
    this.decode()
    if (!isRecord(this.value)) throw badParam(`Param ${this.path} must be a JSON object.`)
    return this.value
  }

  /** Graph reads objects and arrays written as JSON text as well; a published client sends its contacts so. */
  private decode(): void {
    if (typeof this.value !== 'string' || !/^\s*[[{]/.test(this.value)) return
    try {
      const decoded: unknown = JSON.parse(this.value)
      if (!isTooDeep(decoded)) this.value = decoded
    } catch {
      // No JSON: it stays the text it is, and is refused as one.
    }
  }

  list(missing: MissingCode = 131008): Param[] {
    if (!this.given) throw this.missing(missing)
    this.decode()
    if (!Array.isArray(this.value)) throw badParam(`Param ${this.path} must be an array.`)
    return this.value.map((value, index) => new Param(value, `${this.path}[${index}]`, this.switches))
  }

  /** A text that must be there and say something. */
  text({ max, invalid, missing = 131008 }: TextRule = {}): string {
    if (!this.given) throw this.missing(missing)
    if (typeof this.value !== 'string') throw badParam(`Param ${this.path} must be a string.`)
    const length = this.lengthOf(this.value)
    const details = `${invalid} length invalid. Min length: 1, Max length: ${max}`
    if (this.value.trim() === '') {
      if (invalid) throw messagingError(131009, details)
      throw this.value === '' ? this.missing(missing) : badParam(`Param ${this.path} must not be blank.`)
    }
    if (max !== undefined && length > max) {
      throw invalid
        ? messagingError(131009, details)
        : badParam(`Param ${this.path} must be at most ${max} characters long.`)
    }
    return this.value
  }

  /** The length of a text as limits count it. */
  lengthOf(text: string): number {
    return this.switches.length_unit === 'utf16' ? text.length : codePoints(text)
  }

  optionalText(rule: TextRule = {}): string | undefined {
    if (!this.given) return undefined
    if (this.value === '' && !rule.invalid) return ''
    return this.text(rule)
  }

  optionalBoolean(): boolean | undefined {
    if (!this.given) return undefined
    // Form bodies and older clients write booleans as text; Graph reads both.
    if (this.value === 'true' || this.value === 'false') return this.value === 'true'
    if (typeof this.value !== 'boolean') throw badParam(`Param ${this.path} must be a boolean.`)
    return this.value
  }

  /** Graph reads numbers written as text as well. */
  number(): number {
    if (!this.given) throw this.missing()
    const readable = typeof this.value === 'number' || (typeof this.value === 'string' && this.value.trim() !== '')
    if (!readable || !Number.isFinite(Number(this.value))) throw badParam(`Param ${this.path} must be a number.`)
    return Number(this.value)
  }

  numberBetween(min: number, max: number): number {
    const number = this.number()
    if (number >= min && number <= max) return number
    throw messagingError(131009, `Param ${this.path} must be between ${min} and ${max}.`)
  }

  integerBetween(min: number, max: number): number {
    const number = this.numberBetween(min, max)
    if (!Number.isInteger(number)) throw badParam(`Param ${this.path} must be an integer.`)
    return number
  }

  /** Read in any case. */
  upperCase(): Param {
    return typeof this.value === 'string' ? new Param(this.value.toUpperCase(), this.path, this.switches) : this
  }

  /** `code`: 100 for a plain enum, 131009 where Meta reads the value as a matter of meaning. */
  oneOf<T extends string>(values: readonly T[], code: 100 | 131009 = 100): T {
    if (!this.given) throw this.missing()
    const found = values.find((value) => value === this.value)
    if (found === undefined) throw this.notOneOf(values, code)
    return found
  }

  notOneOf(values: readonly string[], code: 100 | 131009 = 100): Error {
    const sentence = `Param ${this.path} must be one of {${values.map((value) => value.toUpperCase()).join(', ')}}`
    if (code === 131009) return messagingError(131009, `${sentence}.`)
    return badParam(`${sentence} - got "${shown(this.value)}".`)
  }

  missing(code: MissingCode = 131008): Error {
    const sentence = `The parameter ${this.path} is required.`
    return code === 100 ? badParam(sentence) : messagingError(131008, sentence)
  }
}

/** A value as a refusal quotes it. */
function shown(value: unknown): string {
  return (typeof value === 'object' ? JSON.stringify(value) : String(value)).slice(0, 100)
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Length as Meta's limits are counted here: Unicode code points, so that an emoji is one. */
export function codePoints(text: string): number {
  // A string without surrogates, nearly every one, has as many code points as units.
  if (!/[\ud800-\udfff]/.test(text)) return text.length
  return [...text].length
}
