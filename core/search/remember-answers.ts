// Remembers what a test said of the names it was asked about: a look into a map instead of a regex.

/** Sources, hosts and tags of one installation; hostile names only make it start anew. */
const MAX_REMEMBERED = 1000

export function rememberAnswers(test: (name: string) => boolean): (name: string) => boolean {
  const answers = new Map<string, boolean>()
  return (name) => {
    let answer = answers.get(name)
    if (answer === undefined) {
      answer = test(name)
      if (answers.size >= MAX_REMEMBERED) answers.clear()
      answers.set(name, answer)
    }
    return answer
  }
}
