/** What the page and its uploading worker say to each other. */
import {
  ClientError,
  JobProblem,
  type ClientCode,
  type FinishedUpload,
  type UploadTarget,
  type UploadRequest,
} from '@keyhold/client'
import { ApiError, type ImportOpening, type Problem } from '@keyhold/contract'
import type { Sample } from '@keyhold/samples'
import { WebProblem, type WebCode } from '../problem.ts'

/** A file that a person chose, or one of a sample's. */
type UploadContent =
  | { readonly kind: 'file'; readonly file: Blob; readonly identity: string }
  | { readonly kind: 'sample'; readonly sample: Sample['id']; readonly table: string }

export type UploadOrder = {
  readonly project: string
  readonly target: UploadTarget
  readonly mode: UploadRequest['mode']
  readonly primaryKey: UploadRequest['primaryKey']
  readonly settings: ImportOpening
  readonly content: UploadContent
}

/** Who is signed in: the worker takes the device's key from this browser's own store. */
export type Uploader = { readonly organisation: string; readonly anchor: string }

export type ToWorker =
  | { readonly id: number; readonly do: 'upload'; readonly uploader: Uploader; readonly order: UploadOrder }
  | { readonly id: number; readonly do: 'forget'; readonly uploader: Uploader; readonly order: UploadOrder }
  | { readonly id: number; readonly do: 'stop' }

export type UploadProgress = {
  readonly phase: 'fetching' | 'sending'
  /** Bytes of the source while it is fetched or made, of ciphertext while it is sent; 0 in all when not known. */
  readonly done: number
  readonly total: number
}

export type FromWorker = { readonly id: number } & (
  | { readonly progress: UploadProgress }
  | { readonly note: 'resumed' | 'started over' }
  | { readonly finished: FinishedUpload | null }
  | { readonly failure: Failure }
)

type Failure =
  | { readonly kind: 'client'; readonly code: ClientCode; readonly message: string; readonly remedy: string }
  | { readonly kind: 'web'; readonly code: WebCode; readonly message: string; readonly remedy: string }
  | { readonly kind: 'api'; readonly problem: Problem }
  | {
      readonly kind: 'job'
      readonly code: string
      readonly message: string
      readonly remedy: string | undefined
      readonly job: string | undefined
    }
  | { readonly kind: 'away' }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'other'; readonly message: string }

/** Errors do not pass between threads as what they are. */
export function packFailure(error: unknown): Failure {
  if (error instanceof ClientError) {
    return { kind: 'client', code: error.code, message: error.message, remedy: error.remedy }
  }
  if (error instanceof WebProblem) {
    return { kind: 'web', code: error.code, message: error.message, remedy: error.remedy }
  }
  if (error instanceof ApiError) return { kind: 'api', problem: error.problem }
  if (error instanceof JobProblem) {
    return { kind: 'job', code: error.code, message: error.message, remedy: error.remedy, job: error.job }
  }
  if (error instanceof TypeError) return { kind: 'away' }
  if (error instanceof DOMException && error.name === 'AbortError') return { kind: 'stopped' }
  return { kind: 'other', message: error instanceof Error ? error.message : 'no error' }
}

export function reviveFailure(failure: Failure): Error {
  if (failure.kind === 'client') return new ClientError(failure.code, failure.message, failure.remedy)
  if (failure.kind === 'web') return new WebProblem(failure.code, failure.message, failure.remedy)
  if (failure.kind === 'api') return new ApiError(failure.problem)
  if (failure.kind === 'job') {
    const more = failure.job === undefined ? {} : { job: failure.job }
    return new JobProblem(failure.code, failure.message, failure.remedy, more)
  }
  if (failure.kind === 'away') return new TypeError('Network failure: the server does not answer')
  if (failure.kind === 'stopped') return new DOMException('The upload was stopped', 'AbortError')
  return new Error(failure.message)
}
