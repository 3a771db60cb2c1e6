// The module hook that gives every plugin, wherever it lives, this Sawlog's own `sawlog/plugin` and `sawlog/testing`.
// A second copy would bring a second `Retry`, which the delivery does not know. Runs in Node's loader thread on Node 20: no state, no imports.

const OWN: Readonly<Record<string, string>> = {
  'sawlog/plugin': new URL('./plugin.js', import.meta.url).href,
  'sawlog/testing': new URL('../test/contract/testing.js', import.meta.url).href,
}

interface Resolved {
  readonly url: string
  readonly shortCircuit?: boolean
}

/** Both kinds of hook take it: the synchronous one in this thread, and the one of the loader thread. */
export function resolve<C, R>(specifier: string, context: C, next: (specifier: string, context: C) => R): R | Resolved {
  const url = Object.hasOwn(OWN, specifier) ? OWN[specifier] : undefined
  return url === undefined ? next(specifier, context) : { url, shortCircuit: true }
}
