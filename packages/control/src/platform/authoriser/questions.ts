/** Questions that wait for their answer: gathered into batches, taken back when a batch got none, refused in the end. */
import { failAuthoriser } from './errors.ts'
import type { Answer, Answered, Batch, Question } from './protocol.ts'

const mostQuestions = 4_096
const mostInBatch = 256
/** So many batches are under way at a time; what comes meanwhile gathers. */
const mostBatches = 4

type Waiting = {
  readonly question: Question
  readonly settle: (answer: Answer) => void
  readonly refuse: () => void
  readonly isOpen: () => boolean
}

export type Questions = {
  /** @throws `authoriser.away` when it waited too long, `authoriser.busy` */
  readonly ask: (question: Question) => Promise<Answer>
  /** The next batch to send, if there is one and not too many are under way. */
  readonly takeBatch: () => Batch | undefined
  /** False when an answer is not for its question: none of the batch counts then. */
  readonly answer: (answered: Answered) => boolean
  /** What was under way is asked again, before what came later. */
  readonly takeBack: () => void
  /** @throws to each that waits: `authoriser.away` */
  readonly refuseAll: () => void
}

/** `patience`: ms that a question waits. `onStuck`: one that was under way ran out. */
export function createQuestions(patience: number, onStuck: () => void): Questions {
  let queue: Waiting[] = []
  const batches = new Map<number, readonly Waiting[]>()
  const count = { open: 0, batches: 0 }

  function openWaiting(question: Question, resolve: (answer: Answer) => void, reject: (error: Error) => void): Waiting {
    let isOpen = true
    const end = () => {
      if (!isOpen) return false
      isOpen = false
      count.open -= 1
      clearTimeout(timer)
      return true
    }
    const refuse = () => void (end() && reject(failAuthoriser('authoriser.away', { retryAfter: 1 })))
    const waiting = {
      question,
      settle: (answer: Answer) => void (end() && resolve(answer)),
      refuse,
      isOpen: () => isOpen,
    }
    const timer = setTimeout(() => {
      refuse()
      if ([...batches.values()].some((batch) => batch.includes(waiting))) onStuck()
    }, patience)
    count.open += 1
    return waiting
  }
  return {
    ask: (question) =>
      new Promise((resolve, reject) => {
        if (count.open >= mostQuestions) reject(failAuthoriser('authoriser.busy', { retryAfter: 1 }))
        else queue.push(openWaiting(question, resolve, reject))
      }),
    takeBatch() {
      if (batches.size >= mostBatches) return undefined
      queue = queue.filter(({ isOpen }) => isOpen())
      const taken = queue.splice(0, mostInBatch)
      if (taken.length === 0) return undefined
      count.batches += 1
      batches.set(count.batches, taken)
      return { id: count.batches, questions: taken.map(({ question }) => question) }
    },
    answer({ id, answers }) {
      const batch = batches.get(id)
      // Of a process that has ended since; what it was asked is asked again.
      if (batch === undefined) return true
      if (!fits(batch, answers)) return false
      batches.delete(id)
      batch.forEach(({ settle }, i) => settle(answers[i] ?? null))
      return true
    },
    takeBack() {
      queue = [...batches.values()].flat().concat(queue)
      batches.clear()
    },
    refuseAll: () => [...[...batches.values()].flat(), ...queue].forEach(({ refuse }) => refuse()),
  }
}

/** Each answer is for its question's hash, or says that nobody has it. */
function fits(batch: readonly Waiting[], answers: readonly Answer[]): boolean {
  return (
    Array.isArray(answers) &&
    answers.length === batch.length &&
    answers.every((answer, i) => answer === null || answer.hash === batch[i]?.question.hash)
  )
}
