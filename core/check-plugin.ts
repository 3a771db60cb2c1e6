// Is a value a plugin? Modules come from anywhere and may be plain JavaScript, so nothing about them is believed.
import { COMMON_KEYS } from './config/common-keys.ts'
import { nearest } from './config/nearest.ts'
import { inputSchema, keysAt } from './config/option-schema.ts'
import { KINDS, type Kind, type Plugin } from './define-plugin.ts'

/** `type:` stands in YAML, metrics and file names. */
const TYPE = /^[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*$/

/** What is wrong with it, as sentences without a full stop; empty for a plugin. */
export function checkPlugin(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [`expected an object made with definePlugin, got ${value === null ? 'null' : typeof value}`]
  const { kind, type, summary, options, setup }: Partial<Record<keyof Plugin, unknown>> = value
  const wrong: string[] = []
  if (!isKind(kind)) {
    const meant = typeof kind === 'string' ? nearest(kind, KINDS) : null
    wrong.push(`kind: expected one of ${KINDS.join(', ')}, got ${JSON.stringify(kind)}${meant === null ? '' : ` (did you mean "${meant}"?)`}`)
  }
  if (typeof type !== 'string' || !TYPE.test(type)) wrong.push(`type: expected lower-case words joined by "-" or "_", got ${JSON.stringify(type)}`)
  if (typeof summary !== 'string' || summary.trim() === '') wrong.push('summary: expected a sentence for the reference')
  if (typeof setup !== 'function') wrong.push(`setup: expected a function, got ${setup === undefined ? 'nothing' : typeof setup}`)
  if (!isSchema(options)) wrong.push('options: expected a zod schema such as z.strictObject({})')
  else if (isKind(kind)) {
    const taken = keysAt(inputSchema(options), []).filter((key) => key === 'type' || Object.hasOwn(COMMON_KEYS[kind].shape, key))
    if (taken.length > 0) wrong.push(`options: ${taken.map((key) => `"${key}"`).join(', ')} is a key Sawlog itself gives every ${kind}; choose another name`)
  }
  return wrong
}

export function isPlugin(value: unknown): value is Plugin {
  return checkPlugin(value).length === 0
}

function isKind(value: unknown): value is Kind {
  return typeof value === 'string' && KINDS.some((kind) => kind === value)
}

function isSchema(value: unknown): value is Plugin['options'] {
  return typeof value === 'object' && value !== null && 'safeParse' in value && typeof value.safeParse === 'function'
}
