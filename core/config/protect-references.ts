// Lets `${NAME}` stand unquoted inside `{ }` and `[ ]`, where YAML itself would take its braces for structure.
// Each character is exchanged for one other, so that every line and column stays.

const INDICATORS = '{}[],'
/** Unicode's noncharacters: reserved for inside a program, so no honest file has them. */
const MARKS = '\ufdd0\ufdd1\ufdd2\ufdd3\ufdd4'

export function protectReferences(text: string): string {
  return text.replaceAll(/\$\{[^}\n]*\}/g, (reference) => exchange(reference, /[{}[\],]/g, INDICATORS, MARKS))
}

export function restoreReferences(text: string): string {
  return exchange(text, /[\ufdd0-\ufdd4]/g, MARKS, INDICATORS)
}

function exchange(text: string, which: RegExp, from: string, to: string): string {
  return text.replaceAll(which, (char) => to.charAt(from.indexOf(char)))
}
