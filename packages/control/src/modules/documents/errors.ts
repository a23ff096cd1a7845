import { defineErrors } from '../../platform/errors.ts'

export const failDocument = defineErrors({
  'project.unknown': {
    status: 404,
    message: 'There is no such project.',
    remedy: 'Choose one of the list of projects.',
  },
  'document.too_many': {
    status: 409,
    message: 'The project has 10,000 documents, which is as many as it may have.',
    remedy: 'Delete some, or use another project.',
  },
})
