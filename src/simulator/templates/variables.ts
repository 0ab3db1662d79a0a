const VARIABLE = /\{\{\s*([^{}\s]*)\s*\}\}/g

/** The variables of a template text, each once, in the order they appear: `{{1}}` → 1, `{{name}}` → name. */
export function variablesIn(text: string): string[] {
  return [...new Set([...text.matchAll(VARIABLE)].map((match) => match[1] ?? ''))]
}

/** The text with its variables replaced; what has no value stays as it is. */
export function fillVariables(text: string, values: ReadonlyMap<string, string>): string {
  return text.replace(VARIABLE, (whole, name: string) => values.get(name) ?? whole)
}
