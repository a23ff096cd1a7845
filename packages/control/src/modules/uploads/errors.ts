import { defineErrors } from '../../platform/errors.ts'

export const failUpload = defineErrors({
  'upload.unknown': {
    status: 404,
    message: 'There is no such upload, or it is not yours to see.',
    remedy: 'Check its id and the project, or start a new upload.',
  },
  'upload.unknown_table': {
    status: 404,
    message: 'The project has no such table.',
    remedy: 'Make the table first; an upload names it by its id.',
  },
  'upload.invalid_geometry': {
    status: 400,
    message: 'The lengths of the upload do not fit together.',
    remedy: 'headerLength must be between 1 and length, segmentLength between 1 and 4194304.',
  },
  'upload.too_long': {
    status: 413,
    message: 'The upload is longer than was announced or than this installation takes.',
    remedy: 'Announce the exact length of the ciphertext; KEYHOLD_UPLOAD_LIMIT sets the largest.',
  },
  'upload.opening_too_long': {
    status: 413,
    message: 'The sealed opening of an upload may be at most 1 MiB.',
    remedy: 'Shorten the schema or the file name in it.',
  },
  'upload.offset_mismatch': {
    status: 409,
    message: 'The bytes do not begin at the acknowledged offset.',
    remedy: 'Ask for the offset with HEAD and go on from there.',
  },
  'upload.taken_over': {
    status: 409,
    message: 'A newer request goes on with this upload.',
    remedy: 'Let it go on, or ask for the offset with HEAD and take over.',
  },
  'upload.interrupted': {
    status: 400,
    message: 'The request broke off; its whole segments were kept.',
    remedy: 'Ask for the offset with HEAD and go on from there.',
  },
  'upload.not_open': {
    status: 409,
    message: 'The upload is closed, consumed or abandoned; it takes no more bytes.',
    remedy: 'Start a new upload.',
  },
  'upload.incomplete': {
    status: 409,
    message: 'The upload cannot be closed before all its bytes are acknowledged.',
    remedy: 'Send the rest from the acknowledged offset, then close it.',
  },
  'upload.closing_malformed': {
    status: 400,
    message: 'The closing statement breaks its schema.',
    remedy: 'Sign a statement with the fields that docs/formats.md names.',
  },
  'upload.table_mismatch': {
    status: 409,
    message: 'The closing statement is for another table.',
    remedy: 'Close an upload with the statement that was signed for it.',
  },
  'upload.already_consumed': {
    status: 409,
    message: 'This file was imported already.',
    remedy: 'Seal the file anew to load it again: each upload has its own file id and key.',
  },
  'upload.closing_mismatch': {
    status: 409,
    message: 'The closing statement is for another upload.',
    remedy: 'Close an upload with the statement that was signed for it.',
  },
  'upload.already_closed': {
    status: 409,
    message: 'The upload was closed with another statement.',
    remedy: 'Nothing is to be done: the first statement stands.',
  },
  'upload.expired': {
    status: 410,
    message: 'The upload was not finished within 7 days.',
    remedy: 'Start a new upload.',
  },
  'upload.file_reused': {
    status: 409,
    message: 'This file id was already used by an upload.',
    remedy: 'Seal the file anew: each upload has its own file id and key.',
  },
  'upload.unsupported_protocol': {
    status: 412,
    message: 'Only tus 1.0.0 is spoken here.',
    remedy: 'Send the header Tus-Resumable: 1.0.0.',
  },
  'upload.invalid_offset': {
    status: 400,
    message: 'The header Upload-Offset must be a whole number of bytes.',
    remedy: 'Ask for the offset with HEAD and send it as it is.',
  },
})
