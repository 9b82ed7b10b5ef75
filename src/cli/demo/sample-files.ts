/** Small real files to upload: recognised by their content, as the server does. */

/** A PDF of one blank page; `text` makes each file a different one. */
export function samplePdf(text: string): Uint8Array {
  const body = [
    "%PDF-1.4",
    `% ${text.replace(/[^\x20-\x7e]/g, "?")}`,
    "1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj",
    "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj",
    "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj",
    "trailer<</Root 1 0 R>>",
    "%%EOF",
    "",
  ].join("\n");
  return new TextEncoder().encode(body);
}
