// A grok expression, `%{IP:client} %{WORD:method}`, compiled once: definitions are expanded, fields are laid out, lines are matched in linear time.
import { nearest } from '../config/nearest.ts'
import type { Json } from '../json.ts'
import { compileMatcher } from '../matcher/compile-matcher.ts'
import { parseExpression } from '../matcher/parse-expression.ts'
import { PatternError } from '../pattern-error.ts'
import type { Fields, LogRecord } from '../record.ts'
import { VALUE_TYPES, valueOfType, type ValueType } from '../value-type.ts'
import type { GrokDefinitions } from './grok-definitions.ts'

export interface Grok {
  /** Puts what the leftmost match captured into the record's fields; false without a match. */
  match(text: string, record: LogRecord): boolean
  test(text: string): boolean
}

/** Deeper is a circle, or as good as one. */
const MAX_NESTING = 50

/** The captures of one field, which gather into an array where there are several; or fields inside a field. */
type Branch = Array<{ readonly slot: number; readonly type: ValueType }> | Branches
type Branches = Map<string, Branch>

/** Throws `PatternError`, with the definition in which the mistake is where it is not in `source`. */
export function compileGrok(source: string, definitions: GrokDefinitions): Grok {
  const types: ValueType[] = []
  const open: string[] = []
  const { run, slots } = compileMatcher(source, {
    dialect: 'oniguruma',
    dotAll: true,
    reference(text, position, syntax) {
      const found = /^([A-Za-z0-9_.-]+)(?::([^:{}]+?)\??)?(?::([a-z]+))?$/.exec(text)
      if (found === null) throw new PatternError(`"%{${text}}" is no reference`, position, 'Write %{NAME}, %{NAME:field} or %{NAME:field:int}.')
      const [, name = '', field, type = 'string'] = found
      const definition = definitions.get(name)
      if (definition === undefined) {
        const near = nearest(name, definitions.keys())
        throw new PatternError(`there is no definition "${name}"`, position, near === null ? 'Add it under "definitions:".' : `Did you mean "${near}"?`)
      }
      if (!isType(type)) throw new PatternError(`"${type}" is no type`, position, `The types are ${VALUE_TYPES.join(', ')}.`)
      if (open.includes(name) || open.length >= MAX_NESTING) throw new PatternError(`the definition "${name}" contains itself`, position, `It does so by way of ${[...open, name].join(', ')}.`)
      const slot = field === undefined ? -1 : syntax.slot(field)
      if (slot >= 0) types[slot] = type
      open.push(name)
      const item = within(name, () => parseExpression(definition, syntax))
      open.pop()
      return slot === -1 ? item : { kind: 'capture', slot, item }
    },
  })
  const branches = layOut(slots, types)
  return {
    match(text, record) {
      const registers = run(text)
      if (registers === null) return false
      for (const [name, branch] of branches) {
        const value = valueOf(branch, text, registers)
        if (value !== undefined) record.fields[name] = value
      }
      return true
    },
    test: (text) => run(text) !== null,
  }
}

/** Names the definition in which the mistake is. */
function within<T>(name: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof PatternError)) throw error
    throw new PatternError(`in the definition of ${name}: ${error.reason}`, error.position, error.remedy)
  }
}

function isType(name: string): name is ValueType {
  return (VALUE_TYPES as readonly string[]).includes(name)
}

function layOut(slots: readonly string[], types: readonly (ValueType | undefined)[]): Branches {
  const root: Branches = new Map()
  slots.forEach((name, slot) => {
    const path = pathOf(name)
    let into = root
    for (const part of path.slice(0, -1)) {
      const next = into.get(part) ?? new Map<string, Branch>()
      if (!(next instanceof Map)) throw new PatternError(`the field "${part}" of "${name}" has a value of its own elsewhere`, null, 'Name one of them differently.')
      into.set(part, next)
      into = next
    }
    const last = path.at(-1) as string
    const captures = into.get(last) ?? []
    if (captures instanceof Map) throw new PatternError(`the field "${name}" has fields inside elsewhere`, null, 'Name one of them differently.')
    captures.push({ slot, type: types[slot] ?? 'string' })
    into.set(last, captures)
  })
  return root
}

/** `[http][response][status_code]` or a plain name. */
function pathOf(name: string): string[] {
  return /^(?:\[[^[\]]+\])+$/.test(name) ? name.slice(1, -1).split('][') : [name]
}

/** What was captured; `undefined` for nothing or an empty text. */
function valueOf(branch: Branch, text: string, registers: Int32Array): Json | undefined {
  if (branch instanceof Map) {
    let object: Fields | undefined
    for (const [name, inner] of branch) {
      const value = valueOf(inner, text, registers)
      if (value === undefined) continue
      object ??= Object.create(null) as Fields
      object[name] = value
    }
    return object
  }
  let value: Json | undefined
  for (const { slot, type } of branch) {
    const from = registers[slot * 2] as number
    const to = registers[slot * 2 + 1] as number
    if (from < 0 || to <= from) continue
    const next = valueOfType(text.slice(from, to), type)
    if (value === undefined) value = next
    else if (Array.isArray(value)) value.push(next)
    else value = [value, next]
  }
  return value
}
