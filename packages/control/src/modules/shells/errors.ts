import { defineErrors } from '../../platform/errors.ts'

export const failShell = defineErrors({
  'shell.refused': {
    status: 403,
    message: 'This sign-in of a shell is older than five minutes, was used already, or belongs to another shell.',
    remedy: 'Run “keyhold login --browser” again, and confirm what it opens.',
  },
})
