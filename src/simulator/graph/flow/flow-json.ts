import { isRecord } from '../../param.ts'

export type FlowError = {
  error: string
  error_type: string
  message: string
  line_start: number
  line_end: number
  column_start: number
  column_end: number
  pointers?: { line_start: number; line_end: number; column_start: number; column_end: number; path: string }[]
}

/** What is wrong with a flow's JSON, as Meta tells it. Ours: its frame alone is checked, not what is on the screens. */
export function validateFlowJson(text: string): FlowError[] {
  let flow: unknown
  try {
    flow = JSON.parse(text)
  } catch (error) {
    const position = positionOf(text, error instanceof Error ? error.message : '')
    return [errorAt(text, position, 'INVALID_JSON', 'JSON_SCHEMA_ERROR', 'The file is not valid JSON.')]
  }
  if (!isRecord(flow)) return [flowError(text, 'INVALID_PROPERTY_TYPE', 'Expected the file to hold an object.', '')]
  return [...versionErrors(text, flow), ...screenErrors(text, flow)]
}

function versionErrors(text: string, flow: Record<string, unknown>): FlowError[] {
  if (flow.version === undefined) return [missing(text, 'version')]
  return ['version', 'data_api_version'].flatMap((name) => {
    const value = flow[name]
    if (value === undefined || (typeof value === 'string' && /^\d+\.\d+$/.test(value))) return []
    return [flowError(text, 'INVALID_PROPERTY_VALUE', `Property '${name}' must be a version such as 3.0.`, name)]
  })
}

function screenErrors(text: string, { screens }: Record<string, unknown>): FlowError[] {
  if (screens === undefined) return [missing(text, 'screens')]
  if (!Array.isArray(screens) || screens.length === 0) {
    return [flowError(text, 'INVALID_PROPERTY_TYPE', "Property 'screens' must be a list of screens.", 'screens')]
  }
  const seen = new Set<unknown>()
  return screens.flatMap((screen: unknown, index) => {
    const path = `screens[${index}].id`
    const id = isRecord(screen) ? screen.id : undefined
    if (id === undefined) return [missing(text, path)]
    if (typeof id !== 'string' || !/^[A-Za-z_]+$/.test(id)) {
      return [flowError(text, 'INVALID_PROPERTY_VALUE', `Property '${path}' must be letters and underscores.`, path)]
    }
    if (seen.has(id)) return [flowError(text, 'DUPLICATE_SCREEN_IDS', `The screen id ${id} is used twice.`, path)]
    seen.add(id)
    return []
  })
}

function missing(text: string, path: string): FlowError {
  return flowError(text, 'REQUIRED_PROPERTY_MISSING', `Required property '${path}' is missing.`, path)
}

// Meta points at the property; its name's first place in the file is near enough.
function flowError(text: string, error: string, message: string, path: string): FlowError {
  const name = path.split('.')[0]?.replace(/\[\d+\]$/, '') ?? ''
  const found = errorAt(text, Math.max(0, text.indexOf(`"${name}"`)), error, 'FLOW_JSON_ERROR', message)
  const { line_start, line_end, column_start, column_end } = found
  return { ...found, pointers: [{ line_start, line_end, column_start, column_end, path }] }
}

function errorAt(text: string, position: number, error: string, error_type: string, message: string): FlowError {
  const before = text.slice(0, position).split('\n')
  const [line, column] = [before.length, (before.at(-1) ?? '').length + 1]
  return {
    error,
    error_type,
    message,
    line_start: line,
    line_end: line,
    column_start: column,
    column_end: column,
  }
}

const TOKEN = /\s*(?:[{}[\],:]|"(?:[^"\\\n]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true\b|false\b|null\b)\s*/y

/** Where JSON breaks: the engine says so of most mistakes; otherwise where it stops being made of JSON's tokens. */
function positionOf(text: string, message: string): number {
  const told = /at position (\d+)/.exec(message)?.[1]
  if (told !== undefined) return Number(told)
  TOKEN.lastIndex = 0
  let end = 0
  while (TOKEN.test(text)) end = TOKEN.lastIndex
  return end
}
