// compose.yaml with its variables filled in, as far as ours goes.
import { parse } from 'yaml'

export interface Service {
  readonly image: string
  readonly build: { readonly context: string; readonly dockerfile: string }
  readonly environment: Readonly<Record<string, string | number>>
  /** `SOURCE:TARGET[:ro]`. */
  readonly volumes: readonly string[]
  readonly ports?: readonly string[]
  readonly networks?: readonly string[]
  readonly network_mode?: string
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>
  readonly stop_grace_period: string
  readonly read_only: boolean
  readonly tmpfs: readonly string[]
  readonly deploy: { readonly resources: { readonly limits: Readonly<Record<string, string | number>> } }
}

export interface Compose {
  readonly services: Readonly<Record<string, Service>>
  readonly networks: Readonly<Record<string, unknown>>
  readonly volumes: Readonly<Record<string, unknown>>
}

/** `${NAME}`, `${NAME:-default}`, `${NAME:?message}`. */
const REFERENCE = /\$\{([A-Z_]+)(?::([-?])([^}]*))?\}/g

export function readCompose(text: string, env: Readonly<Record<string, string>>): Compose {
  return fill(parse(text, { merge: true }), env) as Compose
}

/** The variables that a text refers to, in comments as well. */
export function variablesIn(text: string): Set<string> {
  return new Set([...text.matchAll(REFERENCE)].map(([, name = '']) => name))
}

/** Each after those that it depends on. */
export function startOrder(services: Compose['services']): string[] {
  const order: string[] = []
  const visit = (name: string): void => {
    if (order.includes(name)) return
    for (const other of Object.keys(services[name]?.depends_on ?? {})) visit(other)
    order.push(name)
  }
  for (const name of Object.keys(services)) visit(name)
  return order
}

function fill(value: unknown, env: Readonly<Record<string, string>>): unknown {
  if (typeof value === 'string') return fillText(value, env)
  if (Array.isArray(value)) return value.map((item) => fill(item, env))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item, env)]))
}

function fillText(text: string, env: Readonly<Record<string, string>>): string {
  return text.replaceAll(REFERENCE, (_match, name: string, kind: string | undefined, rest: string | undefined) => {
    const value = env[name] ?? ''
    if (value !== '') return value
    if (kind === '?') throw new Error(`required variable ${name} ${rest ?? ''}`)
    return kind === '-' ? (rest ?? '') : ''
  })
}
