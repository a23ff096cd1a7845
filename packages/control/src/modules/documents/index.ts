/**
 * Documents: reports, dashboards and notes as data planes seal them. Owns the table `documents`. Guarantees that a
 * version follows the one that the data plane expects, or nothing changes; that a deleted document's ciphertext is gone;
 * that each change is in the log. Cannot open any; data planes check that what they get back is what they gave.
 */
export { registerDocumentMethods } from './link-methods.ts'
