import { defineErrors } from '../../platform/errors.ts'

export const failJob = defineErrors({
  'job.unknown': {
    status: 404,
    message: 'There is no such job, or it is not yours to see.',
    remedy: 'Check its id and the project; the list of jobs has those that you may see.',
  },
  'job.stale_attempt': {
    status: 409,
    message: 'The job has a newer attempt, or has ended.',
    remedy: 'Nothing is to be done: the newer attempt goes on.',
  },
  'job.cancelled': {
    status: 409,
    message: 'The job was cancelled.',
    remedy: 'Upload the file again if that was a mistake.',
  },
  'job.ended': { status: 409, message: 'The job has ended already.', remedy: 'Read the job: it says how it ended.' },
  'job.quarantine_name': {
    status: 400,
    message: 'The table’s name is too long for a quarantine beside it.',
    remedy: 'Use a table whose name has at most 51 characters.',
  },
  'manifest.forged': {
    status: 403,
    message: 'The manifest is not signed by the data plane that commits it.',
    remedy: 'Look into the data plane’s log; enrol it anew if its identity key was replaced.',
  },
  'manifest.malformed': {
    status: 400,
    message: 'The manifest breaks its schema.',
    remedy: 'Run the same version of Keyhold on both planes.',
  },
  'commit.conflict': {
    status: 409,
    message: 'The manifest does not continue the table’s current one, or names what cannot be committed.',
    remedy: 'The job is tried again by itself on the table as it is now.',
  },
})

/** What people read of a job that ended without a word from the data plane. */
export const endings = {
  'job.attempts_exhausted': {
    message: 'The job was tried five times and never finished.',
    remedy: 'Look at the data plane’s log for the reason, then upload the file again.',
  },
  'job.cancelled': { message: 'The job was cancelled.', remedy: 'Upload the file again if that was a mistake.' },
  'table.deleted': { message: 'The table was deleted.', remedy: 'Load the file into another table.' },
  'upload.abandoned': { message: 'The upload was abandoned.', remedy: 'Start a new upload.' },
  'upload.expired': { message: 'The upload was not finished within 7 days.', remedy: 'Start a new upload.' },
} as const
export type Ending = keyof typeof endings
