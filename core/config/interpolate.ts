// `${NAME}`, `${NAME:-default}` and `$${` in one scalar of the configuration.

export interface Interpolated {
  readonly text: string
  /** Variables whose value (or default) is in the text. */
  readonly names: readonly string[]
  /** What could not be filled in, with its index in the given text. */
  readonly problems: ReadonlyArray<{ readonly message: string; readonly at: number }>
}

/** An escape, a well-formed reference, or a `${` that is neither. A default ends at the first brace. */
const REFERENCE = /\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)(:-([^}]*))?\}|\$\{/g

export function interpolate(text: string, env: Readonly<Record<string, string | undefined>>): Interpolated {
  const names: string[] = []
  const problems: Array<{ message: string; at: number }> = []
  const filled = text.replace(REFERENCE, (match: string, name: string | undefined, hasDefault: string | undefined, fallback: string | undefined, at: number) => {
    if (match === '$${') return '${'
    if (name === undefined) {
      problems.push({ message: 'expected a variable name and a closing brace after "${"; write $${ for a literal ${', at })
      return match
    }
    const value = env[name]
    // As in a shell, `:-` also replaces a variable that is set but empty.
    const empty = value === undefined || (value === '' && hasDefault !== undefined)
    if (empty && hasDefault === undefined) {
      problems.push({ message: `environment variable ${name} is not set. Set it, or give a default: \${${name}:-value}`, at })
      return ''
    }
    names.push(name)
    return (empty ? fallback : value) ?? ''
  })
  return { text: filled, names, problems }
}
