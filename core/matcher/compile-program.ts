// Turns a parsed regular expression into instructions. What can be decided here is not tried at run time: which characters each alternative can
// begin with, and whether the end of a repetition is a choice at all.
import { PatternError } from '../pattern-error.ts'
import { ANY, BEYOND, END, TABLE_SIZE, type CharClass } from './char-class.ts'
import { isNullable } from './is-nullable.ts'
import type { Node } from './node.ts'
import { ASSERTIONS, CERTAIN, OP, OPEN, UNLIMITED, type Look, type Program } from './program.ts'

/** As much as a large grok expression needs ten times over. */
const MAX_CODE = 200_000

interface Builder {
  readonly code: number[]
  readonly classes: CharClass[]
  readonly guards: Uint8Array[]
  readonly looks: Look[]
  registers: number
  states: number
}

const ANYTHING = new Uint8Array(TABLE_SIZE).fill(1)

export function compileProgram(node: Node, captures: number): Program {
  const builder: Builder = { code: [], classes: [], guards: [], looks: [], registers: captures * 2, states: 0 }
  emit(builder, node, ANYTHING)
  builder.code.push(OP.match)
  const { code, classes, guards, looks, registers, states } = builder
  return { code: Int32Array.from(code), classes, guards, looks, first: firstOf(node, ANYTHING), anchored: isAnchored(node), registers, states }
}

function emit(builder: Builder, node: Node, follow: Uint8Array): void {
  const { code } = builder
  if (code.length > MAX_CODE) throw new PatternError('it is too large', null, 'Use smaller repetitions, or several patterns.')
  switch (node.kind) {
    case 'char':
      if (node.set.unit >= 0) code.push(OP.char, node.set.unit)
      else code.push(OP.set, classIndex(builder, node.set))
      return
    case 'sequence':
      return emitSequence(builder, node.items, follow)
    case 'choice':
      return emitChoice(builder, node.branches, follow)
    case 'capture':
      code.push(OP.save, node.slot * 2)
      emit(builder, node.item, follow)
      code.push(OP.save, node.slot * 2 + 1)
      return
    case 'assert':
      code.push(OP.assert, ASSERTIONS.indexOf(node.what))
      return
    case 'look':
      code.push(OP.look, builder.looks.push(node) - 1)
      return
    case 'repeat':
      return emitRepeat(builder, node, follow)
    default:
      throw new Error(`BUG: no instruction for ${JSON.stringify(node satisfies never)}`)
  }
}

function emitSequence(builder: Builder, items: readonly Node[], follow: Uint8Array): void {
  const follows: Uint8Array[] = []
  for (let i = items.length - 1, after = follow; i >= 0; i--) {
    follows[i] = after
    after = firstOf(items[i] as Node, after)
  }
  for (let i = 0; i < items.length; i++) {
    let end = i
    while (end < items.length && unitOf(items[end]) >= 0) end++
    if (end - i < 2) {
      emit(builder, items[i] as Node, follows[i] as Uint8Array)
      continue
    }
    builder.code.push(OP.text, end - i)
    for (; i < end; i++) builder.code.push(unitOf(items[i]))
    i--
  }
}

function unitOf(node: Node | undefined): number {
  return node?.kind === 'char' ? node.set.unit : -1
}

function emitChoice(builder: Builder, branches: readonly Node[], follow: Uint8Array, emitBranch = (branch: Node): void => emit(builder, branch, follow)): void {
  const { code } = builder
  const ends: number[] = []
  branches.forEach((branch, i) => {
    if (i === branches.length - 1) return emitBranch(branch)
    const rest: Node = { kind: 'choice', branches: branches.slice(i + 1) }
    const split = emitSplit(builder, firstOf(branch, follow), firstOf(rest, follow))
    code[split + 1] = code.length
    emitBranch(branch)
    ends.push(code.length + 1)
    code.push(OP.jump, 0)
    code[split + 2] = code.length
  })
  for (const at of ends) code[at] = code.length
}

/** Its targets are filled in by the caller. */
function emitSplit(builder: Builder, first: Uint8Array, second: Uint8Array): number {
  const at = builder.code.length
  builder.code.push(OP.split, 0, 0, guardIndex(builder, first), guardIndex(builder, second), builder.states++)
  return at
}

function emitRepeat(builder: Builder, { item, min, max, lazy }: Node & { kind: 'repeat' }, follow: Uint8Array): void {
  const { code } = builder
  if (max === 0) return
  if (item.kind === 'char') {
    code.push(lazy ? OP.lazy : OP.span, classIndex(builder, item.set), min, Math.min(max, UNLIMITED), guardIndex(builder, follow), choiceOf(item.set, max, lazy, follow), builder.states++, builder.states++)
    return
  }
  const again = firstOf(item, follow)
  const goOn = max > min ? joined(again, follow) : follow
  const endless = max === Number.POSITIVE_INFINITY
  for (let i = 0; i < min; i++) {
    if (endless && i === min - 1) emitRound(builder, item, follow)
    else emit(builder, item, i < min - 1 ? joined(again, goOn) : goOn)
  }
  if (max === min) return
  if (!endless) {
    const splits: number[] = []
    for (let i = min; i < max; i++) {
      const split = lazy ? emitSplit(builder, follow, again) : emitSplit(builder, again, follow)
      splits.push(split)
      code[split + (lazy ? 2 : 1)] = code.length
      emit(builder, item, goOn)
    }
    for (const split of splits) code[split + (lazy ? 1 : 2)] = code.length
    return
  }
  const split = lazy ? emitSplit(builder, follow, again) : emitSplit(builder, again, follow)
  code[split + (lazy ? 2 : 1)] = code.length
  if (isNullable(item)) {
    const register = builder.registers++
    code.push(OP.save, register)
    emitRound(builder, item, follow)
    code.push(OP.progress, register, code.length + 5)
  } else emitRound(builder, item, follow)
  code.push(OP.jump, split)
  code[split + (lazy ? 1 : 2)] = code.length
}

/**
 * One round of an endless repetition. In `(?:\\.|[^"\\]+)+"` a shorter `[^"\\]+` could only be followed by another one, which leads to the same: its end is no choice.
 */
function emitRound(builder: Builder, item: Node, follow: Uint8Array): void {
  const branches = item.kind === 'choice' ? item.branches : [item]
  const goOn = joined(firstOf(item, follow), follow)
  const emitBranch = (branch: Node): void => {
    if (branch.kind === 'repeat' && branch.item.kind === 'char' && branch.min <= 1 && branch.max === Number.POSITIVE_INFINITY && !branch.lazy) {
      const others = branches.filter((one) => one !== branch).map((one) => firstOf(one, goOn)).reduce(joined, follow)
      if (choiceOf(branch.item.set, branch.max, false, others) === CERTAIN) return emit(builder, branch, others)
    }
    emit(builder, branch, goOn)
  }
  if (item.kind === 'choice') emitChoice(builder, branches, goOn, emitBranch)
  else emitBranch(item)
}

function choiceOf({ table, unit }: CharClass, max: number, lazy: boolean, follow: Uint8Array): number {
  if (!lazy && !table.some((flag, c) => flag === 1 && follow[c] === 1)) return CERTAIN
  const [only = END, ...others] = [...follow.keys()].filter((c) => follow[c] === 1)
  return unit === ANY && max === Number.POSITIVE_INFINITY && others.length === 0 && only < BEYOND ? only : OPEN
}

/** The characters with which `node`, or what follows it where it can be empty, can begin. */
function firstOf(node: Node, follow: Uint8Array): Uint8Array {
  switch (node.kind) {
    case 'char': return node.set.table
    case 'sequence': {
      let first = follow
      for (let i = node.items.length - 1; i >= 0; i--) first = firstOf(node.items[i] as Node, first)
      return first
    }
    case 'choice': return node.branches.map((branch) => firstOf(branch, follow)).reduce(joined)
    case 'repeat': return node.max === 0 ? follow : node.min === 0 ? joined(firstOf(node.item, follow), follow) : firstOf(node.item, follow)
    case 'capture': return firstOf(node.item, follow)
    case 'assert': return follow
    case 'look': return follow
    default: throw new Error(`BUG: nothing begins ${JSON.stringify(node satisfies never)}`)
  }
}

function isAnchored(node: Node): boolean {
  switch (node.kind) {
    case 'assert': return node.what === 'text-start'
    case 'sequence': return node.items.length > 0 && isAnchored(node.items[0] as Node)
    case 'choice': return node.branches.every(isAnchored)
    case 'capture': return isAnchored(node.item)
    default: return false
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = a.slice()
  for (let c = 0; c <= END; c++) if (b[c] === 1) both[c] = 1
  return both
}

function classIndex({ classes }: Builder, set: CharClass): number {
  // Beyond ASCII sets are told apart by identity only.
  const known = classes.findIndex((one) => one === set || (one.table[BEYOND] === 0 && sameTable(one.table, set.table)))
  return known === -1 ? classes.push(set) - 1 : known
}

function guardIndex({ guards }: Builder, guard: Uint8Array): number {
  const known = guards.findIndex((one) => sameTable(one, guard))
  return known === -1 ? guards.push(guard) - 1 : known
}

function sameTable(a: Uint8Array, b: Uint8Array): boolean {
  for (let c = 0; c < TABLE_SIZE; c++) if (a[c] !== b[c]) return false
  return true
}
