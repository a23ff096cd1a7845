/** Claims jobs as long as there is room, at once when told of work and otherwise every 15 s. */
import type { ClaimedJob } from '@keyhold/contract'
import { DataError } from '../errors.ts'
import { readJson, writeDurable } from '../platform/durable-file.ts'
import type { Log } from '../platform/log.ts'

export type JobRunnerOptions = {
  readonly claim: (most: number) => Promise<ClaimedJob[]>
  readonly run: (job: ClaimedJob) => Promise<void>
  /** For jobs that could not even be told of their failure, such as when their process died. */
  readonly fail: (job: ClaimedJob, error: DataError) => Promise<void>
  readonly log: Log
  /** Where claimed jobs are noted, so that a killed run's go back to the queue at once. */
  readonly path: string
  /** Jobs at once. */
  readonly most?: number
}

const pollMs = 15_000

export class JobRunner {
  readonly #options: JobRunnerOptions
  readonly #most: number
  readonly #running = new Map<string, { readonly job: ClaimedJob; readonly done: Promise<void> }>()
  #left: readonly ClaimedJob[]
  readonly #poll: NodeJS.Timeout
  #claiming: Promise<void> | undefined
  #again = false
  #stopped = false

  constructor(options: JobRunnerOptions) {
    this.#options = options
    this.#most = options.most ?? 2
    this.#left = (readJson(options.path) as ClaimedJob[] | undefined) ?? []
    this.#poll = setInterval(() => this.wake(), pollMs).unref()
  }

  /** There may be work. */
  wake(): void {
    this.#again = true
    this.#claiming ??= this.#claim().finally(() => {
      this.#claiming = undefined
      if (this.#again && this.#running.size < this.#most && !this.#stopped) this.wake()
    })
  }

  /** Claims no more; what runs is ended by its process. */
  async stop(): Promise<void> {
    this.#stopped = true
    clearInterval(this.#poll)
    await this.#claiming
  }

  /** Resolves when nothing runs any more. */
  async settled(): Promise<void> {
    await Promise.all([...this.#running.values()].map(({ done }) => done))
  }

  async #claim(): Promise<void> {
    await this.#returnLeft()
    while (this.#again && !this.#stopped && this.#running.size < this.#most) {
      this.#again = false
      const jobs = await this.#options.claim(this.#most - this.#running.size).catch((error: unknown) => {
        this.#options.log('jobs.claim_failed', {}, error)
        return []
      })
      for (const job of jobs) this.#track(job)
      if (jobs.length > 0) this.#again = true
    }
  }

  /** Jobs that an earlier run had claimed when it was killed; their leases would last another minute. */
  async #returnLeft(): Promise<void> {
    const left = this.#left
    this.#left = []
    const error = new DataError(
      'data_plane.restarted',
      'The data plane was killed.',
      'The import is tried again by itself.',
    )
    for (const job of left) await this.#options.fail(job, error).catch(() => {})
  }

  #track(job: ClaimedJob): void {
    const done = this.#run(job).finally(() => {
      this.#running.delete(job.id)
      this.#note()
      this.wake()
    })
    this.#running.set(job.id, { job, done })
    this.#note()
  }

  #note(): void {
    writeDurable(this.#options.path, JSON.stringify([...this.#running.values()].map(({ job }) => job)))
  }

  async #run(job: ClaimedJob): Promise<void> {
    this.#options.log('job.claimed', { job: job.id, attempt: job.attempt })
    try {
      await this.#options.run(job)
    } catch (cause) {
      this.#options.log('job.lost', { job: job.id }, cause)
      const error = new DataError(
        'project.crashed',
        'The import’s process ended unexpectedly.',
        'It is tried again by itself.',
        { cause },
      )
      await this.#options.fail(job, error).catch(() => {})
    }
  }
}
