/** A text that a spreadsheet program could take for a formula, or that hides one behind white space. */
const formulaStart = /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]/;
const guardedStart = /^'\s*[=+\-@\uff1d\uff0b\uff0d\uff20]/;

/** Puts `'` before a text that could run as a formula (IMP-09); every other text stays as it is. */
export function guardFormula(text: string): string {
  return formulaStart.test(text) ? `'${text}` : text;
}

/** Takes back what `guardFormula` added, so that a corrected file imports as it was. */
export function unguardFormula(text: string): string {
  return guardedStart.test(text) ? text.slice(1) : text;
}
