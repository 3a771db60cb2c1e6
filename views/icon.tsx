// Small pictures beside words, never instead of them; drawn in the colour of the text.

/** On a grid of 16, by lines of 1.5. */
const PATHS = {
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  play: 'M5 3l7.5 5L5 13z',
  system: 'M2 3h12v8H2zM5.5 14h5',
  light: 'M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6M8 1.2v1.3M8 13.5v1.3M1.2 8h1.3M13.5 8h1.3M3.2 3.2l.9.9M11.9 11.9l.9.9M12.8 3.2l-.9.9M4.1 11.9l-.9.9',
  dark: 'M13.4 9.6A5.8 5.8 0 0 1 6.4 2.6a5.8 5.8 0 1 0 7 7z',
  keys: 'M1.5 4h13v8h-13zM4 6.6h.01M6.6 6.6h.01M9.3 6.6h.01M12 6.6h.01M5 9.6h6',
  close: 'M4 4l8 8M12 4l-8 8',
} as const

export function Icon({ name }: { name: keyof typeof PATHS }) {
  return <svg class={`icon icon-${name}`} viewBox="0 0 16 16" aria-hidden="true"><path d={PATHS[name]} /></svg>
}
