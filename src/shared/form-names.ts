/**
 * Names that a declaration may carry. Packs give learning forms their ids, fields and kinds of evidence; what is named
 * otherwise could be published but never declared, so packs and requests are held to the same names.
 */

/** A learning form: two digits, and a letter for a form that is split: `02`, `03b`. */
export const formIdPattern = /^\d{2}[a-z]?$/;
/** A field of a form. */
export const factNamePattern = /^[a-z][A-Za-z0-9]{0,39}$/;
/** A kind of evidence. */
export const evidenceKeyPattern = /^[a-z][A-Za-z0-9-]{0,39}$/;
/** Evidence that belongs to no kind of the form. */
export const otherEvidence = "other";
/** Fields that one form may have, `subject` and `hours` of the declaration itself not counted. */
export const mostFields = 40;
