// Tests on the values of a record: of one name, or any value but the time.
import type { Json } from '../json.ts'
import { leafTest, type LeafTest } from './leaf-test.ts'
import type { ValueQuery } from './query.ts'
import { keyHint, rawHint, type RawHint } from './raw-hint.ts'
import { fieldPath, reachField, someLeaf, type FieldPath } from './reach-field.ts'
import type { RecordView } from './record-view.ts'
import { rememberAnswers } from './remember-answers.ts'

type ViewTest = (view: RecordView) => boolean

export function matchValue(query: ValueQuery): ViewTest {
  const { field, test } = query
  const leaf = leafTest(test)
  const hint = rawHint(test)
  if (field === null) return anyValue(leaf, hint)
  if (field === 'error') return (view) => (test.kind === 'exists' ? view.error() !== null : leaf(view.error(), null))
  if (field === 'guessed') return (view) => view.guessed().some((guess) => test.kind === 'exists' || leaf(guess, null))
  return fieldValue(field, test.kind === 'exists' ? null : leaf, hint)
}

function anyValue(leaf: LeafTest, hint: RawHint | null): ViewTest {
  // A null has no text of its own to be found by; `name:null` finds it.
  const test: LeafTest = (value, digits) => value !== null && leaf(value, digits)
  const ofName = rememberAnswers((name) => leaf(name, null))
  return (view) => {
    const json = view.json()
    if (json !== null && hint !== null && !hint(json)) return false
    if (ofName(view.level()) || ofName(view.source()) || ofName(view.host())) return true
    for (const tag of view.tags()) if (ofName(tag)) return true
    const error = view.error()
    if (error !== null && leaf(error, null)) return true
    const body = view.body()
    if (typeof body === 'string') {
      if (leaf(body, null)) return true
    } else {
      const digits = view.bodyJson()
      const possible = json !== null || digits === null || hint === null || hint(digits)
      if (possible && someLeaf(body, (value) => test(value, digits))) return true
    }
    const fields = view.fields()
    return fields !== null && someLeaf(fields as { [name: string]: Json }, (value) => test(value, null))
  }
}

/** Where a name may lead: `body.x` is x in the body, but the body may also have a key `body`. */
interface Place {
  readonly root: 'body' | 'fields'
  /** Null: the root itself. */
  readonly path: FieldPath | null
}

function fieldValue(field: string, leaf: LeafTest | null, hint: RawHint | null): ViewTest {
  const places = placesOf(field)
  const keys = places.some((place) => place.path === null) ? null : keyHint(fieldPath(field.replace(/^(?:body|fields)\./, '')).parts)
  return (view) => {
    const json = view.json()
    if (json !== null && ((keys !== null && !keys(json)) || (hint !== null && !hint(json)))) return false
    for (const { root, path } of places) {
      const value = root === 'body' ? view.body() : (view.fields() as { [name: string]: Json } | null)
      const digits = root === 'body' && typeof value === 'object' ? view.bodyJson() : null
      const visit = leaf === null ? (found: Json) => found !== null : (found: Json) => someLeaf(found, (value) => leaf(value, digits))
      if (path !== null ? reachField(value, path, visit) : isThere(value) && visit(value)) return true
    }
    return false
  }
}

function placesOf(field: string): Place[] {
  const path = fieldPath(field)
  const places: Place[] = [{ root: 'body', path }, { root: 'fields', path }]
  for (const root of ['body', 'fields'] as const) {
    if (field === root) places.unshift({ root, path: null })
    else if (field.startsWith(`${root}.`)) places.unshift({ root, path: fieldPath(field.slice(root.length + 1)) })
  }
  return places
}

/** Records without fields have an empty object live and none when stored. */
function isThere(root: Json): boolean {
  if (root === null) return false
  if (typeof root !== 'object') return true
  for (const key in root) if (Object.hasOwn(root, key)) return true
  return false
}
