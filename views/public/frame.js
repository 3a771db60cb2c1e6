// On every page: the switch between light and dark, the keys that work everywhere, and their help. Pages read well without it.
(() => {
  'use strict'
  const CHOICES = ['', 'light', 'dark']
  const NAMES = { '': 'System', light: 'Light', dark: 'Dark' }
  const GOES = { m: '/metrics', l: '/logs', p: '/pipeline', c: '/config' }
  /** Two keys belong together when they come within this time. */
  const PAIR_MS = 1000
  const root = document.documentElement
  const theme = document.getElementById('theme')
  const help = document.getElementById('help')
  const open = document.getElementById('help-open')
  let gone = 0

  const chosen = () => root.dataset.theme ?? ''

  /** The picture is chosen by the stylesheet. */
  function label(choice) {
    theme.querySelector('.tool-text').textContent = NAMES[choice]
    theme.setAttribute('aria-label', `Theme: ${NAMES[choice]}`)
    theme.title = `Theme: ${NAMES[choice].toLowerCase()} (t)`
  }

  function choose(choice) {
    if (choice === '') delete root.dataset.theme
    else root.dataset.theme = choice
    // The server reads it, so that the next page comes in these colours at once.
    document.cookie = `sawlog-theme=${choice}; path=/; SameSite=Strict; max-age=${choice === '' ? 0 : 31536000}`
    label(choice)
  }

  const turn = () => choose(CHOICES[(CHOICES.indexOf(chosen()) + 1) % CHOICES.length])

  /** Keys belong to what is typed into, and to the dialog that is open. */
  function isTyping(element) {
    return element instanceof HTMLElement && (element.isContentEditable || /^(input|textarea|select)$/i.test(element.tagName))
  }

  /** For the pages' own keys: calls `actions[key]` where nothing else wants it. */
  function onKeys(actions) {
    document.addEventListener('keydown', (event) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || document.querySelector('dialog[open]')) return
      const action = actions[event.key]
      if (action && action(event) !== false) event.preventDefault()
    })
  }

  onKeys({
    '?': () => help.showModal(),
    t: turn,
    g: () => { gone = Date.now() },
    ...Object.fromEntries(Object.entries(GOES).map(([key, href]) => [key, () => {
      if (Date.now() - gone > PAIR_MS || !document.querySelector(`.top nav a[href="${href}"]`)) return false
      location.href = href
      return true
    }])),
  })
  label(chosen())
  theme.addEventListener('click', turn)
  open.addEventListener('click', () => help.showModal())
  // The dialog's own box is filled by its content: what is clicked beside that is the backdrop.
  help.addEventListener('click', (event) => {
    if (event.target === help) help.close()
  })
  theme.hidden = open.hidden = false
  window.sawlog = { onKeys }
})()
