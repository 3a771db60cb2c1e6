// Whether a part of a regular expression can match the empty text.
import type { Node } from './node.ts'

export function isNullable(node: Node): boolean {
  switch (node.kind) {
    case 'char': return false
    case 'sequence': return node.items.every(isNullable)
    case 'choice': return node.branches.some(isNullable)
    case 'repeat': return node.min === 0 || isNullable(node.item)
    case 'capture': return isNullable(node.item)
    default: return true
  }
}
