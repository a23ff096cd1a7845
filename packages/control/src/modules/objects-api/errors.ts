import { defineErrors } from '../../platform/errors.ts'

export const failObject = defineErrors({
  'object.unknown': {
    status: 404,
    message: 'There is no such object.',
    remedy: 'Check its id; objects that no manifest names are deleted after a while.',
  },
  'object.damaged': {
    status: 500,
    message: 'The object in the store has another length than the one that was recorded.',
    remedy: 'Restore the object store from its copy.',
  },
  'object.interrupted': {
    status: 400,
    message: 'The object broke off before its end; nothing was kept.',
    remedy: 'Send it again from its beginning.',
  },
  'object.invalid_range': {
    status: 416,
    message: 'The range is not one within the object.',
    remedy: 'Ask for a range inside the object’s length.',
  },
})
