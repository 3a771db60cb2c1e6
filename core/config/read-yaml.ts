// YAML text to plain values with the place of every key and value; environment variables are filled in on the way.
// Values are built here and not by the library's `toJS`, which knows neither places nor variables and throws at the first mistake.
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Alias, type Document, type Node, type Scalar, type YAMLError } from 'yaml'
import type { Json } from '../json.ts'
import { interpolate } from './interpolate.ts'
import { protectReferences, restoreReferences } from './protect-references.ts'
import { Origins, type Place } from './origins.ts'
import { formatPath, type ConfigPath } from './path.ts'
import { offsetInScalar } from './scalar-place.ts'

export interface YamlProblem extends Place {
  readonly path: string
  readonly message: string
}

export interface RawConfig {
  /** undefined where the text cannot be read at all; null for an empty file. */
  readonly value: Json | undefined
  readonly origins: Origins
  readonly problems: readonly YamlProblem[]
}

/** Aliases may repeat a block a few hundred times; a "billion laughs" file asks for 10^9 values. */
const MAX_ALIASED_VALUES = 10_000
/** Configurations are 5 deep; validation recurses, and the stack holds a few thousand. */
const MAX_DEPTH = 100
/** A screenful; a file with more is not YAML. */
const MAX_SYNTAX_PROBLEMS = 20
/** After these the tree is still what the writer meant, so the other mistakes are shown as well. */
const HARMLESS = new Set(['DUPLICATE_KEY', 'TAG_RESOLVE_FAILED'])

export function readYaml(written: string, env: Readonly<Record<string, string | undefined>>): RawConfig {
  const lines = new LineCounter()
  const origins = new Origins()
  const problems: YamlProblem[] = []
  const place = (offset: number): Place => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(1, line), column: Math.max(1, col) }
  }
  const report = (offset: number, path: ConfigPath, message: string) => {
    problems.push({ ...place(offset), path: formatPath(path), message })
  }

  const text = protectReferences(written)
  // Log level `silent` would also silence the error about a second document.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true, logLevel: 'error' })
  for (const { code, pos, message } of telling([...document.errors, ...document.warnings])) report(pos[0], [], explainSyntax(code, restoreReferences(message)))
  if (document.errors.some(({ code }) => !HARMLESS.has(code))) return { value: undefined, origins, problems }

  let aliased = 0
  let bomb = false
  /** Aliases being followed, outermost first. */
  const following: Node[] = []
  /** Filled in document order, as YAML means them; the library's own `resolve` walks the whole document for each alias. */
  const anchors = new Map<string, Node>()

  function build(node: unknown, path: ConfigPath, key: Place | null): Json {
    if (isAlias(node)) return follow(node, path, key)
    if (following.length > 0 && ++aliased > MAX_ALIASED_VALUES) bomb = true
    if (!isScalar(node) && !isMap(node) && !isSeq(node)) return null
    if (node.anchor !== undefined) anchors.set(node.anchor, node)
    const start = node.range?.[0] ?? 0
    origins.set(path, { from: 'file', key, value: place(start), env: [] })
    if (bomb) return null
    if (path.length > MAX_DEPTH) {
      report(start, path.slice(0, 3), `nested more than ${MAX_DEPTH} deep`)
      return null
    }
    if (isScalar(node)) return fill(node, path, key)
    if (isSeq(node)) return node.items.map((item, index) => build(item, [...path, index], null))
    const result: { [key: string]: Json } = {}
    for (const pair of node.items) {
      if (!isScalar(pair.key)) continue
      const name = restoreReferences(String(pair.key.value))
      const at = pair.key.range?.[0] ?? start
      if (name === '__proto__') report(at, path, 'the key "__proto__" is not allowed')
      // Of two equal keys the first is kept: the second is the one reported.
      else if (!Object.hasOwn(result, name)) result[name] = build(pair.value, [...path, name], place(at))
    }
    return result
  }

  function follow(node: Alias, path: ConfigPath, key: Place | null): Json {
    const start = node.range?.[0] ?? 0
    const target = anchors.get(node.source)
    if (target === undefined) {
      report(start, path, `no anchor "&${node.source}" stands above this alias`)
      return null
    }
    if (following.includes(target)) {
      report(start, path, `the alias "*${node.source}" contains itself`)
      return null
    }
    const whole = !bomb
    following.push(target)
    const value = build(target, path, key)
    following.pop()
    // Reported once, at the outermost alias: that is the line a person can find.
    if (bomb && whole && following.length === 0) {
      report(start, path, `aliases repeat more than ${MAX_ALIASED_VALUES} values. Write the entries out, or remove the anchors`)
    }
    return value
  }

  function fill(node: Scalar, path: ConfigPath, key: Place | null): Json {
    const [start, end] = node.range ?? [0, 0]
    const { value } = node
    if (typeof value === 'bigint' || typeof value === 'symbol') return String(value)
    if (typeof value === 'number' || typeof value === 'boolean') return value
    if (typeof value !== 'string') return null
    const offsetOf = (at: number) => offsetInScalar(text, start, end, node.type, at)
    const given = restoreReferences(value)
    if (!given.includes('${')) {
      origins.set(path, { from: 'file', key, value: place(start), env: [], inside: (at) => place(offsetOf(at)) })
      return given
    }
    const filled = interpolate(given, env)
    for (const { message, at } of filled.problems) report(offsetOf(at), path, message)
    origins.set(path, { from: filled.names.length > 0 ? 'env' : 'file', key, value: place(start), env: filled.names, broken: filled.problems.length > 0 })
    return node.type === 'PLAIN' ? retype(document, filled.text) : filled.text
  }

  const value = document.contents === null ? null : build(document.contents, [], null)
  return { value, origins, problems }
}

/** A plain scalar's text under YAML's core schema: `5000` is a number, `true` a boolean. Never structure. */
function retype(document: Document, text: string): Json {
  for (const tag of document.schema?.tags ?? []) {
    if (tag.default !== true || !('test' in tag) || tag.test === undefined || tag.collection !== undefined || !tag.test.test(text)) continue
    const value: unknown = tag.resolve?.(text, () => undefined, {})
    const plain = isScalar(value) ? value.value : value
    if (typeof plain === 'number' || typeof plain === 'boolean') return plain
    if (plain === null) return null
  }
  return text
}

/** After the first real break the parser stumbles over everything that follows: one mistake a place, and only what it could still make sense of. */
function telling(errors: readonly YAMLError[]): YAMLError[] {
  const first = errors.find(({ code }) => !HARMLESS.has(code))
  if (first?.code === 'RESOURCE_EXHAUSTION') return [first]
  const places = new Set<number>()
  return errors.filter((error) => {
    if (places.has(error.pos[0]) || (error !== first && error.code === 'UNEXPECTED_TOKEN')) return false
    places.add(error.pos[0])
    return true
  }).slice(0, MAX_SYNTAX_PROBLEMS)
}

function explainSyntax(code: string, message: string): string {
  if (code === 'TAB_AS_INDENT') return 'a tab cannot indent YAML: use spaces'
  if (code === 'DUPLICATE_KEY') return 'this key stands twice in the same mapping. Keep one of them'
  if (code === 'MULTIPLE_DOCS') return 'a second document begins here ("---"), but a configuration is one document'
  if (code === 'TAG_RESOLVE_FAILED') return `${message.charAt(0).toLowerCase()}${message.slice(1)}. Tags are not used here: a configuration is plain data and never executed`
  if (code === 'RESOURCE_EXHAUSTION') return 'nested too deeply to be read'
  if (code === 'NON_STRING_KEY') return 'a key must be a plain word'
  return `cannot read this as YAML: ${message.charAt(0).toLowerCase()}${message.slice(1)}`
}
