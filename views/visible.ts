// Makes the characters visible that could forge or disturb a page without being seen: control, bidirectional and zero-width ones.

// Log text can carry all of these. Newline and tab are controls too: in a table cell they say more as a picture.
// eslint-disable-next-line no-control-regex
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|\p{Cs}/gu

// Some scripts stack two or three marks on a letter; a tower of them runs over the neighbouring lines.
const TOWER = /(\p{M}{4})\p{M}+/gu

/** C0 controls become control pictures (U+2400), the others their code point: `⟨202E⟩`. */
export function visible(text: string): string {
  return text.replace(TOWER, '$1…').replace(UNSEEN, (char) => {
    const code = char.codePointAt(0) ?? 0
    if (code < 0x20) return String.fromCodePoint(0x2400 + code)
    if (code === 0x7f) return '\u2421'
    return `⟨${code.toString(16).toUpperCase().padStart(4, '0')}⟩`
  })
}
