import { defineErrors } from '../../platform/errors.ts'

export const failObject = defineErrors({
  'object.unknown': { status: 404, message: 'There is no such object.' },
  'object.interrupted': { status: 400, message: 'The object broke off before its end; nothing was kept.' },
  'object.invalid_range': { status: 416, message: 'The range is not one within the object.' },
})
