// A real HTML form (Python's HTTPHandler sends one a record) as a JSON object.

/** Names and values as a form writes them: anything with a space, a quote or a line break is not one, whatever its label says. */
const FORM = /^[\w.~*+%[\]-]+=[^\s"{}<>\\^`|=&]*(?:&[\w.~*+%[\]-]+=[^\s"{}<>\\^`|=&]*)*$/

/** Beyond it the body is no form a logger sends, and matching it could use up the stack of the regex engine. */
const MAX_CHARS = 1024 * 1024

/** JSON text, or null where the text is no form. A name that comes twice gets an array. */
export function formObject(text: string): string | null {
  if (text.length > MAX_CHARS || !FORM.test(text)) return null
  // Without a prototype, so that a field called `__proto__` is a name like any other.
  const object = Object.create(null) as Record<string, string | string[]>
  for (const [name, value] of new URLSearchParams(text)) {
    const before = object[name]
    if (before === undefined) object[name] = value
    else if (Array.isArray(before)) before.push(value)
    else object[name] = [before, value]
  }
  return JSON.stringify(object)
}
