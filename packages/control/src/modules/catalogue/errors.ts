import { defineErrors } from '../../platform/errors.ts'

export const failCatalogue = defineErrors({
  'table.reserved_bucket': {
    status: 400,
    message: 'The bucket “system” is the platform’s own: system.audit is the log.',
    remedy: 'Choose another name for the bucket.',
  },
  'project.unknown': {
    status: 404,
    message: 'There is no such project.',
    remedy: 'Check its id; the list of projects has those that you may see.',
  },
  'table.unknown': {
    status: 404,
    message: 'There is no such table.',
    remedy: 'Check its id; the list of tables has those that you may see.',
  },
  'table.too_many': {
    status: 409,
    message: 'The project has 10,000 tables, which is as many as it may have.',
    remedy: 'Load into a table that is there, or into another project.',
  },
  'table.view_too_large': {
    status: 422,
    message: 'The control plane holds more rows or objects for this table than one answer can show.',
    remedy: 'Replace the table to bring its files together, then look again.',
  },
})
