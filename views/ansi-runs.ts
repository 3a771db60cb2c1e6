// Text with the colours that terminals know: select graphic rendition of ECMA-48, its 16 colours and bold.

export interface AnsiRun {
  readonly text: string
  /** Class names; empty for plain text. */
  readonly style: string
}

/** A colour for each letter is markup ten times its text, and no longer read. */
const MOST_RUNS = 200

// eslint-disable-next-line no-control-regex
const RENDITION = /\u001b\[([\d;]{0,32})m/g

/** Everything else that escapes stays in the text, for `visible` to show. */
export function ansiRuns(text: string): AnsiRun[] {
  if (!text.includes('\u001b[')) return [{ text, style: '' }]
  const runs: AnsiRun[] = []
  const now = { bold: false, ink: '', ground: '' }
  let at = 0
  const take = (end: number): void => {
    if (end <= at) return
    const style = [now.bold ? 'ansi-bold' : '', now.ink, now.ground].filter((one) => one !== '').join(' ')
    const part = text.slice(at, end)
    const last = runs.at(-1)
    if (last?.style === style) runs[runs.length - 1] = { text: last.text + part, style }
    else runs.push({ text: part, style })
  }
  for (const match of text.matchAll(RENDITION)) {
    take(match.index)
    if (runs.length >= MOST_RUNS) {
      runs.push({ text: text.slice(match.index).replaceAll(RENDITION, ''), style: '' })
      return runs
    }
    at = match.index + match[0].length
    // Without a number it is 0.
    for (const code of (match[1] ?? '').split(';').map(Number)) {
      if (code === 0) Object.assign(now, { bold: false, ink: '', ground: '' })
      else if (code === 1) now.bold = true
      else if (code === 22) now.bold = false
      else if (code === 39) now.ink = ''
      else if (code === 49) now.ground = ''
      else if (code >= 30 && code <= 37) now.ink = `ansi-${code - 30}`
      else if (code >= 90 && code <= 97) now.ink = `ansi-${code - 90}`
      else if ((code >= 40 && code <= 47) || (code >= 100 && code <= 107)) now.ground = `ansi-on ansi-on-${code % 10}`
      else if (code === 38 || code === 48) break // of 256 colours or more: what follows are its numbers
    }
  }
  take(text.length)
  return runs
}
