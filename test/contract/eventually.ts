// Waits for a condition by looking, with a deadline: no test depends on how fast the machine is.

/** False when it did not come true in time. */
export async function eventually(condition: () => boolean | Promise<boolean>, limitMs = 5000): Promise<boolean> {
  const deadline = performance.now() + limitMs
  while (!(await condition())) {
    if (performance.now() > deadline) return false
    await new Promise((resolve) => {
      setTimeout(resolve, 10)
    })
  }
  return true
}
