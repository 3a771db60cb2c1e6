// A regular expression with captures, from its source to a function that runs it in linear time.
import { compileProgram } from './compile-program.ts'
import { PatternError } from '../pattern-error.ts'
import { isNullable } from './is-nullable.ts'
import type { Node } from './node.ts'
import { parseExpression, type Syntax } from './parse-expression.ts'
import { createRun, type Runner } from './run-program.ts'

/** `run` finds the leftmost match. */
export interface Matcher extends Runner {
  /** The name of each capture. */
  readonly slots: readonly string[]
}

type Options = Omit<Syntax, 'slot' | 'reference'> & { readonly reference?: (text: string, position: number, syntax: Syntax) => Node | null }

/** Throws `PatternError`. */
export function compileMatcher(source: string, options: Options, freeSteps?: number): Matcher {
  const slots: string[] = []
  const { reference, ...rest } = options
  const syntax: Syntax = {
    ...rest,
    slot: (name) => slots.push(name) - 1,
    ...(reference === undefined ? {} : { reference: (text, position) => reference(text, position, syntax) }),
  }
  const node = parseExpression(source, syntax)
  if (syntax.dialect === 're2' && repeatsNothing(node)) throw new PatternError('what it repeats can be empty', null, 'The linear engine reads it.')
  return { ...createRun(compileProgram(node, slots.length), freeSteps), slots }
}

/** Engines disagree about what `(a?)*` captures, and where it ends. */
function repeatsNothing(node: Node): boolean {
  switch (node.kind) {
    case 'sequence': return node.items.some(repeatsNothing)
    case 'choice': return node.branches.some(repeatsNothing)
    case 'capture': return repeatsNothing(node.item)
    case 'repeat': return (node.max > 1 && isNullable(node.item)) || repeatsNothing(node.item)
    default: return false
  }
}
