import { defineErrors } from '../../platform/errors.ts'

export const failProject = defineErrors({
  'project.unknown': {
    status: 404,
    message: 'There is no such project.',
    remedy: 'Check its id; the list of projects has those that you may see.',
  },
  'project.too_many': {
    status: 409,
    message: 'The organisation has 1,000 projects, which is as many as it may have.',
    remedy: 'Use one of them: buckets divide a project further.',
  },
})
