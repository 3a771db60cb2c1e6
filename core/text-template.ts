// A text with {names} that stand for parts of a record.
import type { StoredLine } from './journal/stored-line.ts'
import { storedText } from './stored-text.ts'

/** Wider columns are a mistake. */
const MAX_WIDTH = 200

/** What is wrong with a template, at which character. */
export class FormatError extends Error {
  override readonly name = 'FormatError'
}

export interface TemplatePart {
  readonly text: string
  /** Null for text that stands for itself. */
  readonly name: string | null
  readonly width: number
}

export function readTemplate(template: string): TemplatePart[] {
  const parts: TemplatePart[] = []
  let text = ''
  for (let at = 0; at < template.length; at++) {
    const char = template.charAt(at)
    if ((char === '{' || char === '}') && template.charAt(at + 1) === char) {
      text += char
      at++
    } else if (char === '}') throw new FormatError(`a "}" without "{" at position ${at}. Write "}}" for the character itself`)
    else if (char === '{') {
      const end = template.indexOf('}', at)
      const found = end === -1 ? null : /^([^{}:\s]+)(?::(-?\d{1,3}))?$/.exec(template.slice(at + 1, end))
      if (found === null) throw new FormatError(`cannot read the name in braces at position ${at}. Write {name} or {name:width}, "{{" for the character itself`)
      const width = Number(found[2] ?? 0)
      if (Math.abs(width) > MAX_WIDTH) throw new FormatError(`a width of ${width} at position ${at}: at most ${MAX_WIDTH}`)
      parts.push({ text, name: null, width: 0 }, { text: '', name: found[1] as string, width })
      text = ''
      at = end
    } else text += char
  }
  parts.push({ text, name: null, width: 0 })
  return parts
}

/** What a record has not is empty. Control characters stay as they came. */
export function fillTemplate(parts: readonly TemplatePart[], line: StoredLine): string {
  let text = ''
  for (const part of parts) text += part.name === null ? part.text : padded(part.name === 'LEVEL' ? line.value.level.toUpperCase() : storedText(line, part.name), part.width)
  return text
}

function padded(text: string, width: number): string {
  return width < 0 ? text.padStart(-width) : text.padEnd(width)
}
