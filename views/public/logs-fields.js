// The rail of fields: open beside the rows where there is room, a closed menu above them where there is not. Remembers what was opened.
(() => {
  'use strict'
  const KEY = 'sawlog-fields'
  const rail = document.getElementById('fields-rail')
  if (!rail) return
  const wide = matchMedia('(min-width: 1100px)')
  const fit = () => { rail.open = wide.matches }
  wide.addEventListener('change', fit)
  fit()

  /** Names of fields, true where they are open; of this tab only. */
  function chosen() {
    try {
      return JSON.parse(sessionStorage.getItem(KEY)) ?? {}
    } catch {
      return {}
    }
  }

  rail.addEventListener('sawlog:part', () => {
    const known = chosen()
    for (const field of rail.querySelectorAll('.facet')) {
      const name = field.dataset.field
      if (Object.hasOwn(known, name)) field.open = known[name]
      field.querySelector('summary').addEventListener('click', () => {
        const entries = Object.entries({ ...chosen(), [name]: !field.open })
        try {
          // Hostile records have a field of its own each: the last hundred are enough.
          sessionStorage.setItem(KEY, JSON.stringify(Object.fromEntries(entries.slice(-100))))
        } catch {
          // No room or no permission: it is opened again by hand.
        }
      })
    }
  })
})()
