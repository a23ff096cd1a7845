import { defineErrors } from '../../platform/errors.ts'

export const failAudit = defineErrors({
  'audit.queue_full': {
    status: 503,
    message: 'The audit log is behind, so nothing is answered until it has caught up.',
    remedy: 'Try again in a moment.',
  },
  'audit.unavailable': {
    status: 503,
    message: 'The audit log cannot be written, so every call is refused.',
    remedy: 'Try again in a few seconds; if it stays so, the operator finds the reason in the log.',
  },
  'audit.delayed': {
    status: 503,
    message: 'The change is made and its entry is stored, but the entry is not in the tree yet.',
    remedy: 'Ask for the object: the change is there. The entry follows by itself.',
  },
  'audit.unknown_entry': {
    status: 404,
    message: 'The log has no such entry.',
    remedy: 'Ask for an index below the size of the newest checkpoint.',
  },
  'audit.beyond_log': {
    status: 400,
    message: 'The log is not that long.',
    remedy: 'Ask for a size of an earlier checkpoint.',
  },
  'audit.behind_wrong_chain': {
    status: 409,
    message: 'The entries do not continue what the log has of this data plane.',
    remedy: 'Ask for ledger.head and send what follows it.',
  },
  'audit.entry_refused': {
    status: 400,
    message: 'An entry is not in its form, not of this data plane, or not signed by it.',
    remedy: 'Run the same version of Keyhold on both planes; look into the data plane’s log.',
  },
})
